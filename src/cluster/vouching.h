// Up to when all that any other server acknowledged is counted here, so that a read can say how fresh it is.
//
// A mark that does not move may be idle or old, and the time at which something arrives says nothing about
// when it left. So we ask, at a time t of our own clock. A peer's answer names its marks at a seal that was
// begun after our question arrived: when ours have reached them, all that it acknowledged before t is here.
//
//   * All of its streams count, and so do ended streams of anybody that it holds further than we: they may be
//     the last words of an earlier run. Open streams of others do not; their own servers vouch for those.
//   * A run that ended became a stream that anybody may hold further than we. So what a run says counts only
//     once everybody has answered a question that we asked after we met it; until then what the run before at
//     its place had said is all that we know, and it ages.
//   * A peer that we cannot ask may be vouched for by another, which says up to when it has everything that
//     anybody acknowledged. So have we, once we have reached all its marks, if it knows all whom we know.
//
// Pure; times are those of our own clock, handed in. One thread uses it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/ids.h"
#include "base/member.h"
#include "cluster/holdings.h"
#include "cluster/roster.h"

namespace tally {

class Vouching {
 public:
  // Nobody can say anything of it.
  static constexpr Instant kNever = Instant::min();

  // What has to be held before an answer says something: the marks in it that are beyond ours.
  using Needed = std::vector<std::pair<StreamId, Sequence>>;

  explicit Vouching(const Holdings& holdings) : holdings_(holdings) {}

  // These are the peers there are, and their runs; `now` is when we met what is new among them.
  void follow(const std::map<Place, StreamId>& peers, Instant now);

  // The peer answered what we had asked it at `asked`.
  void answered(const Place& peer, Instant asked, Needed needed);

  // A peer that knows `members` vouches that it holds all that any of them acknowledged before `time`.
  void passed_on(const std::vector<Member>& members, Instant time, const Needed& needed);

  // Our mark of `stream` has moved.
  void reached(StreamId stream);

  // The earliest time before which all that some peer acknowledged is here; nothing if there are no peers.
  std::optional<Instant> oldest() const;

  // The peers of whom that is earlier than `time`, in order of place.
  std::vector<std::pair<Place, Instant>> older_than(Instant time) const;

 private:
  // A stream of which more is needed than is here; nothing if all is.
  static std::optional<StreamId> awaited(const Needed& needed, const Holdings& holdings);

  struct Claim {
    Instant time;
    Needed needed;
  };
  // What one kind of answer says of a peer. Claims wait until our marks have reached them: the oldest, so
  // that it is reached one day however fast marks move, and the newest.
  class Claims {
   public:
    // True if it waits.
    bool make(Claim claim, const Holdings& holdings);
    bool check(const Holdings& holdings);
    // Of each that waits, one stream that it waits for.
    void add_awaited(const Holdings& holdings, std::vector<StreamId>& streams) const;
    Instant reached() const { return reached_; }

   private:
    Instant reached_ = kNever;
    std::optional<Claim> oldest_, newest_;
  };
  struct Peer {
    StreamId run;
    Claims own{};
    Claims of_others{};
    Instant met;                  // its run
    Instant before_met = kNever;  // what was known then of those before
  };

  static constexpr std::size_t kWaitsOfAPeer = 4;  // the oldest and newest claim of two kinds

  void wait(const Place& place, const Peer& peer);
  void forget_who_waits_no_more();
  // Everybody has answered a question that was asked then, or later.
  Instant everybody() const;
  static Instant time_of(const Peer& peer, Instant everybody);

  const Holdings& holdings_;
  std::map<Place, Peer> peers_;
  // Those with claims that wait, by a stream that each waits for: a share concerns few of them, however many
  // there are. Some may wait no more.
  std::map<StreamId, std::set<Place>> waiting_;
};

}  // namespace tally
