#include "chaos/history.h"

#include <map>

#include "base/check.h"

namespace tally::chaos {

// Who certainly holds one acknowledged add.
class History::Holders {
 public:
  Holders(const Attempt& attempt, const std::set<std::string>& servers)
      : attempt_(attempt), servers_(servers), memory_(attempt.ack.holder != Ack::Holder::disk) {
    if (attempt.ack.holder == Ack::Holder::disk) disks_[attempt.server] = attempt.answered;
    if (attempt.ack.holder == Ack::Holder::peers) peers_ = attempt.ack.peers;
  }

  bool none() const { return !memory_ && disks_.empty() && peers_ <= peers_lost_.size(); }

  void take(Instant, const Died& died) {
    if (died.server == attempt_.server) memory_ = false;
  }

  void take(Instant, const LostDisk& lost) {
    const auto disk = disks_.find(lost.server);
    if (disk != disks_.end() && disk->second > lost.kept) disks_.erase(disk);
    if (lost.server != attempt_.server && attempt_.answered > lost.kept) peers_lost_.insert(lost.server);
  }

  void take(Instant at, const Spread& spread) {
    if (attempt_.answered > spread.before) return;
    for (const std::string& server : servers_) disks_.emplace(server, at);
  }

 private:
  const Attempt& attempt_;
  const std::set<std::string>& servers_;
  bool memory_;
  std::map<std::string, Instant> disks_;  // since when
  std::size_t peers_ = 0;                 // some disks of others
  std::set<std::string> peers_lost_;
};

void History::died(const std::string& server, Instant at) { events_.push_back({at, Died{server}}); }

void History::lost_disk(const std::string& server, Instant at, Instant kept) {
  events_.push_back({at, LostDisk{server, kept}});
}

void History::spread(Instant before, Instant at) { events_.push_back({at, Spread{before}}); }

bool History::may_be_lost(const Attempt& attempt) const {
  TALLY_CHECK(attempt.told == Attempt::Told::acknowledged);
  Holders holders(attempt, servers_);
  for (const Event& event : events_) {
    if (event.at < attempt.asked) continue;
    std::visit([&](const auto& what) { holders.take(event.at, what); }, event.what);
    if (holders.none()) return true;
  }
  return false;
}

bool History::was_ignorant(const std::string& server, Instant at) const {
  bool ignorant = false;
  for (const Event& event : events_) {
    if (event.at > at) break;
    const auto* const lost = std::get_if<LostDisk>(&event.what);
    if (lost != nullptr && lost->server == server) ignorant = true;
    if (std::holds_alternative<Spread>(event.what)) ignorant = false;
  }
  return ignorant;
}

}  // namespace tally::chaos
