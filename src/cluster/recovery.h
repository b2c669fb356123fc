// Recovery: every peer that is met is asked once what it knows, and then for every stream that it knows
// further than we do, our own earlier ones included. A server that crashed, one that joins and one that was
// away all do just this.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cluster/holdings.h"
#include "cluster/members.h"
#include "cluster/wire.h"

namespace tally {

class Recovery {
 public:
  // GET /v1/marks where `stream` is nothing, else GET /v1/streams/{stream}?after=. Exactly one of the answers
  // below follows each.
  struct Question {
    Place to;
    std::optional<StreamId> stream;
    Sequence after{0};
  };

  explicit Recovery(const Holdings& holdings) : holdings_(holdings) {}

  // There is a peer, or a new run of one, to ask. What an earlier run was to be asked is forgotten.
  void meet(const Place& peer, StreamId run);

  // Whatever it was asked, and is being asked, came too early.
  void ask_again(const Place& peer);

  // It was met and has neither answered all it was asked nor failed.
  bool is_asking(const Place& peer) const;

  // What to ask now. One question at a time to each peer, and for each stream to one peer only.
  std::vector<Question> next();

  // `run` is the one that answered.
  void told_marks(const Place& peer, StreamId run, const std::vector<Mark>& marks);
  void told_stream(const Place& peer, StreamId stream);
  void failed(const Place& peer);
  // What it sent of a stream could not be taken yet: the stream is folded. It is asked again.
  void put_off(const Place& peer);

  // Folded streams that peers know further than we do: they are asked for once these are unfolded.
  std::set<StreamId> wanted_back() const;

  // Those are the peers there are: nothing is asked of others any more, and what answers come are not waited
  // for, unless another run is met there.
  void follow(const Members& members);

  // Every peer that was met has answered or failed.
  bool settled() const;

 private:
  struct Asked {
    StreamId run{};
    bool busy = false;  // a question is on its way
    bool told_marks = false;
    std::optional<StreamId> fetching{};
    std::map<StreamId, Sequence> wanted{};  // its marks, as far as they are beyond ours
    std::optional<StreamId> newer{};        // a run that was met while a question to this one was on its way
    bool again = false;                     // what is on its way was asked too early
    bool gone = false;                      // likewise, and it is no peer any more
  };

  // What to note the outcome of a question in; null where nobody cares.
  Asked* find(const Place& peer);
  bool begin_again(Asked& asked);

  const Holdings& holdings_;
  std::map<Place, Asked> asked_;
};

}  // namespace tally
