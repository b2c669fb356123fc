// Sharing: what each peer holds, as far as its own answers say, and what to push to it next.
//
// Every share interval each peer is pushed what lies after its mark of our own stream, even when that is
// nothing: the empty share moves its mark, and its answer says what it knows. A run that did not say yet what
// it holds is sent an empty share first: one that started again mostly has all. Another server's stream is
// passed on only to a peer whose answered mark of it has lagged for more than two intervals. To a slow peer
// nothing piles up: one part at a time is under way, and the next share starts from the mark that it
// answered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
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
  // All that is pushed until the next round bears `nonce`.
  std::vector<Parcel> begin_round(std::uint64_t digest, std::uint64_t nonce, bool everyone);

  // The peer at `place` answered its parcel: what it says of its marks is remembered, for as long as this run
  // of it lasts. Answers with its next parcel of this round, if there is one.
  std::optional<Parcel> answered(const Place& place, const Marks& marks);
  void failed(const Place& place);
  // It can be reached, and will take it a little later: with the next round.
  void put_off(const Place& place);
  // It answered another question. As answered(), but for the parcel that may be on its way.
  void told(const Place& place, const Marks& marks);
  // It did not answer one: unreachable until it answers something. What it is pushed goes on as it is.
  void kept_silent(const Place& place);

  // Folded streams that peers lagged behind with when this round began: they can be pushed once unfolded.
  const std::set<StreamId>& wanted_back() const { return wanted_back_; }

  // Somebody waits for peers to hold our own stream as it is now: begins with every peer that can be reached
  // and is not busy; those that are get it when they have answered. They answer once it is as durable there
  // as it gets.
  std::vector<Parcel> push_own();
  // push_own() would begin with some peer.
  bool has_idle_peer() const;
  // It failed, or kept silent, when it was last tried.
  bool is_unreachable(const Place& place) const;

  // Whether every peer holds our own stream up to `mark`, those aside that could not be reached when they
  // were last tried. Who was not tried yet, or is being tried again, is not set aside.
  bool reached(Sequence mark) const;
  // The furthest that any peer answered to hold of our own stream.
  Sequence furthest() const;
  // How far that one did; 0 where it did not answer yet.
  Sequence received(const Place& place) const;
  // How far our own stream is held durably by at least one peer, by at least two, and so on: each peer a
  // server of another id than ours and each other's, and not removed.
  std::vector<Sequence> durable_marks() const;
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
    Sequence pushed{0};    // of our own stream, whether it arrived or not
    Sequence received{0};  // of our own stream
    Sequence durable{0};
    bool told =
        false;  // it said what it holds of our own stream; until then it is pushed nothing of it, only asked
    std::map<StreamId, Lag> lagging{};
    std::vector<std::pair<StreamId, Sequence>>
        to_push{};  // the rest of this round, last first: after which marks
    std::shared_ptr<const OutgoingShare> open{};
    std::uint32_t next_part = 0;  // of the open one
    bool busy = false;
    bool silent = false;
    unsigned failures = 0;  // in a row
    unsigned rounds_to_skip = 0;
  };

  // What is remembered of this run of a peer, null if nothing is.
  const Peer* find(const Place& place, StreamId run) const;
  std::optional<Parcel> next_parcel(const Place& place, Peer& peer);
  void note(Peer& peer, const Marks& marks);
  void note_lag(Peer& peer, StreamId stream, Sequence answered);
  std::shared_ptr<const OutgoingShare> share_of(StreamId stream, Sequence after);

  const Holdings& holdings_;
  const Members& members_;
  const std::size_t part_bytes_;
  std::uint64_t digest_ = 0;
  std::uint64_t nonce_ = 0;
  Sequence awaited_{0};  // somebody waits for peers to hold our own stream up to here
  std::set<StreamId> wanted_back_;
  std::uint64_t shares_ = 0;  // numbers those of this run
  std::map<Place, Peer> peers_;
  // The last one that was made of each stream after each mark, as long as a peer is sent it.
  std::map<std::pair<StreamId, Sequence>, std::weak_ptr<const OutgoingShare>> open_shares_;
};

}  // namespace tally
