// Sharing: what each peer holds, as far as its own answers say, and what to push to it next.
//
// Every share interval each peer is pushed what lies after its mark of our own stream, even when that is
// nothing: the empty share moves its mark, and its answer says what it knows. Another server's stream is
// passed on only to a peer whose answered mark of it has lagged for more than two intervals. To a slow peer
// nothing piles up: one part at a time is under way, and the next share starts from the mark that it
// answered.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/holdings.h"
#include "cluster/members.h"
#include "cluster/outgoing_share.h"
#include "cluster/wire.h"

namespace tally {

class Sharing {
 public:
  // A body for POST /v1/shares at a peer. Exactly one answered() or failed() follows each.
  struct Parcel {
    Place to;
    std::string body;
  };

  Sharing(const Holdings& holdings, const Members& members, std::size_t part_bytes);

  // A share interval has passed: begins with every peer that is not busy with an earlier round. Peers that
  // failed are tried less and less often, at least every eighth round; `everyone` tries them all.
  std::vector<Parcel> begin_round(std::uint64_t digest, bool everyone);

  // The peer at `place` answered its parcel: what it says of its marks is remembered, for as long as this run
  // of it lasts. Answers with its next parcel of this round, if there is one.
  std::optional<Parcel> answered(const Place& place, const Marks& marks);
  void failed(const Place& place);

  // Whether every peer that answered last time holds our own stream up to `mark`.
  bool reached(Sequence mark) const;
  // The furthest that any peer answered to hold of our own stream.
  Sequence furthest() const;
  // The distinct servers among the peers (by id, removed ones left out) that hold our own stream up to `mark`
  // durably.
  std::size_t durable_at(Sequence mark) const;
  // Peers that a parcel is on its way to.
  std::size_t busy() const;

 private:
  // How far a peer is behind with another server's stream.
  struct Lag {
    Sequence answered;
    Sequence goal;        // our mark when it began to lag, or when it last caught up with an earlier goal
    unsigned rounds = 0;  // since then
  };

  // What is remembered of a peer belongs to one run of it.
  struct Peer {
    StreamId run;
    Sequence received{0};  // of our own stream
    Sequence durable{0};
    std::map<StreamId, Lag> lagging{};
    std::deque<std::pair<StreamId, Sequence>> to_push{};  // the rest of this round: after which marks
    std::optional<OutgoingShare> open{};
    bool busy = false;
    unsigned failures = 0;  // in a row
    unsigned rounds_to_skip = 0;
  };

  std::optional<Parcel> next_parcel(const Place& place, Peer& peer);
  void note(Peer& peer, const Marks& marks);
  void note_lag(Peer& peer, StreamId stream, Sequence answered);
  OutgoingShare open_share(StreamId stream, Sequence after);

  const Holdings& holdings_;
  const Members& members_;
  const std::size_t part_bytes_;
  std::uint64_t digest_ = 0;
  std::uint64_t shares_ = 0;  // numbers those of this run
  std::map<Place, Peer> peers_;
};

}  // namespace tally
