// The laws of streams: a stream says what its own run wrote and nothing else; whoever holds it up to a mark
// holds all of it up to there; a mark never falls within one run of its holder; and what the trees show is
// the sum of what is held.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

class StreamLaws {
 public:
  explicit StreamLaws(Verdict& verdict) : verdict_(verdict) {}

  // Right after `server` did something: what it sealed is what its stream says, for ever.
  void write_down(const Server& server);

  // At any time.
  void check(Server& server);
  // How far it holds what now; check() does so as well.
  void note_marks(const Server& server);

  // Every stream that was written, and its owner.
  struct Written {
    ServerId server;
    Sequence mark{0};
    std::map<std::string, std::vector<std::pair<Sequence, std::int64_t>>> changes{};  // by counter, in order
    std::map<Sequence, std::uint64_t> adds{};                                         // by their seals
  };
  const std::map<StreamId, Written>& written() const { return written_; }

  // How many adds the stream's run had counted when it was sealed at `mark`.
  std::uint64_t adds_by(StreamId stream, Sequence mark) const;

  // As was noted: how far any run of another server than the stream's ever held it.
  Sequence most_held_by_others(StreamId stream) const;
  // How far the runs that `replica` knows as its peers ever held its own stream.
  Sequence held_by_peers(const Replica& replica) const;

 private:
  using Sums = std::map<std::string, std::map<ServerIndex, Int128>>;  // by counter, then server

  void check_stream(const Server& server, StreamId stream, const Holdings::Held& held);
  void check_sums(Server& server, const Sums& sums);

  Verdict& verdict_;
  std::map<StreamId, Written> written_;
  struct Seen {
    ServerId holder;
    Sequence mark{0};
  };
  std::map<StreamId, std::map<StreamId, Seen>> seen_;  // of a stream, by its holder's run
};

}  // namespace tally::sim
