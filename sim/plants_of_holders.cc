#include "sim/plants_of_holders.h"

#include <algorithm>
#include <functional>
#include <map>

#include "cluster/wire.h"
#include "sim/server.h"

namespace tally::sim {

std::unique_ptr<Sabotage> acks_before_the_sync() {
  struct Plant final : Sabotage {
    bool trusts_a_commit_under_way() const override { return true; }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> retried_syncs() {
  struct Plant final : Sabotage {
    SimDisk::Outcome hears_of_commit(SimDisk::Outcome outcome) const override {
      return outcome == SimDisk::Outcome::failed ? SimDisk::Outcome::durable : outcome;
    }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> hasty_stops() {
  struct Plant final : Sabotage {
    bool may_end(const Server& server, bool) const override { return server.replica()->shared(); }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> any_folder_is_left() {
  struct Plant final : Sabotage {
    tally::Roster reads_roster(tally::Roster kept) const override {
      const FolderRuns runs = kept.folder();
      for (const auto& [number, run] : runs.all()) kept.put(number, {run.run, run.url, true});
      return kept;
    }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> moves_unheard() {
  struct Plant final : Sabotage {
    std::string hears_answer(const Server&, const PeerRequest& asked, std::string body) override {
      if (std::holds_alternative<PeerRequest::AskStream>(asked.question)) return body;
      auto marks = decode_marks(body);
      if (!marks) return body;
      marks->continued.clear();
      return encode(*marks);
    }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> received_as_durable() {
  class Plant final : public Sabotage {
    std::string hears_share(const Server&, Counting&, std::string body) override {
      auto part = decode_part(body);
      if (!part) return body;
      part->until_durable = false;
      std::vector<Entry> entries;
      for (const NamedEntry& entry : part->entries) {
        entries.push_back({names_.find_or_insert(entry.name), entry.total, entry.sequence});
      }
      return encode(*part, entries);
    }
    std::string hears_answer(const Server&, const PeerRequest& asked, std::string body) override {
      if (std::holds_alternative<PeerRequest::AskStream>(asked.question)) return body;
      auto marks = decode_marks(body);
      if (!marks) return body;
      for (Mark& mark : marks->marks) mark.durable = mark.received;
      return encode(*marks);
    }

    Counting scratch_{1, 1};  // entries name counters
    CountingThread names_{scratch_};
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> places_as_peers() {
  class Plant final : public Sabotage {
    std::string hears_answer(const Server& server, const PeerRequest& asked, std::string body) override {
      if (std::holds_alternative<PeerRequest::AskStream>(asked.question)) return body;
      const auto marks = decode_marks(body);
      if (!marks) return body;
      const StreamId own = server.replica()->members().self().run;
      for (const Mark& mark : marks->marks) {
        if (mark.stream == own) durable_[own][asked.to.second] = mark.durable;
      }
      return body;
    }
    Replica::Held held(const Server& server, Replica::Held held) override {
      held.peers.clear();
      for (const auto& [place, mark] : durable_[server.replica()->members().self().run])
        held.peers.push_back(mark);
      std::sort(held.peers.begin(), held.peers.end(), std::greater<>());
      return held;
    }
    std::size_t other_servers(const Server& server, std::size_t) override {
      return server.replica()->members().peers().size();
    }

    std::map<StreamId, std::map<std::string, Sequence>> durable_;  // by run, then the peer's URL
  };
  return std::make_unique<Plant>();
}

}  // namespace tally::sim
