// Who takes part, as one server knows it: itself and its peers. Itself is the run, not the id.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "base/member.h"
#include "cluster/continuation.h"
#include "cluster/roster.h"

namespace tally {

class Members {
 public:
  // `most_peers` are kept, places where somebody lived once among them: beyond that no other is known.
  explicit Members(Member self, std::size_t most_peers = 10'000)
      : self_(std::move(self)), most_peers_(most_peers) {}

  const Member& self() const { return self_; }

  // As Roster's; what bears our run or our URL is no peer, and changes nothing. Nor does a run that is over.
  bool hear(const Member& member) { return is_peer(member) && has_room_for(member) && peers_.hear(member); }
  bool learn(const Member& member) { return is_peer(member) && has_room_for(member) && peers_.learn(member); }
  bool has_room_for(const Member& member) const {
    return peers().size() < most_peers_ || peers().contains({member.id, member.url});
  }
  bool remove(const ServerId& id);
  bool is_removed(const ServerId& id) const { return peers_.is_removed(id); }

  // A member says, or is said to say, that runs of its id are over: their places are members no more, nor
  // will they ever be by those runs. True if that was not known. What is said of a run that no member is of
  // changes nothing, nor does too much.
  bool hear(const Continuation& continuation);
  // What this server says of itself.
  void continue_from(std::set<StreamId> over);
  // That run of server `id` will never answer again.
  bool is_over(const ServerId& id, StreamId run) const;
  // What members' runs say, ourselves first.
  std::vector<Continuation> continuations() const;

  // That run of server `id` has ended, as far as we know: members name another one for the id, and not this
  // one, or the server was removed. A guess, that only the cost of keeping its stream may depend on.
  bool has_ended(const ServerId& id, StreamId run) const;

  // In order of place.
  const std::map<Place, StreamId>& peers() const { return peers_.runs(); }
  const std::set<ServerId>& removed() const { return peers_.removed(); }

  // Peers by their ids, ours not counted.
  std::size_t other_servers() const;

  // Ourselves first.
  std::vector<Member> all() const;

  // Equal on two servers that know the same members, runs, removals and continuations.
  void add_to(Hash64& hash) const;

 private:
  // What bears our URL is ourselves or an earlier run of ours, whatever it is called.
  bool is_peer(const Member& member) const {
    return member.run != self_.run && member.url != self_.url && !is_over(member.id, member.run);
  }
  void sweep_continuations();
  const Continuation* continuation_of(const Place& place, StreamId run) const;

  const Member self_;
  const std::size_t most_peers_;
  Roster peers_;
  // What was last said by a run at each place: it stays true when another run lives there.
  std::map<Place, Continuation> continued_;
};

}  // namespace tally
