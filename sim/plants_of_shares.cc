#include "sim/plants_of_shares.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "cluster/wire.h"
#include "sim/server.h"

namespace tally::sim {

namespace {

// Encodes what was decoded and changed.
class Encoder {
 public:
  std::string encode(const Part& part) {
    std::vector<Entry> entries;
    for (const NamedEntry& entry : part.entries) {
      entries.push_back({names_.find_or_insert(entry.name), entry.total, entry.sequence});
    }
    return tally::encode(part, entries);
  }

 private:
  Counting scratch_{1, 1};  // entries name counters
  CountingThread names_{scratch_};
};

// Hears every share as `twist` changes it.
template <class Twist>
class TwistedShares final : public Sabotage {
 public:
  explicit TwistedShares(Twist twist) : twist_(std::move(twist)) {}

  std::string hears_share(const Server& server, Counting& counting, std::string body) override {
    auto part = decode_part(body);
    if (!part) return body;
    twist_(server, counting, *part);
    return encoder_.encode(*part);
  }

 private:
  const Twist twist_;
  Encoder encoder_;
};

template <class Twist>
std::unique_ptr<Sabotage> twisted_shares(Twist twist) {
  return std::make_unique<TwistedShares<Twist>>(std::move(twist));
}

Sequence mark_of(const Server& server, const Part& part) {
  return server.replica()->holdings().mark(part.header.stream);
}

}  // namespace

std::unique_ptr<Sabotage> restart_with_the_old_run() {
  struct Plant final : Sabotage {
    bool reuses_runs() const override { return true; }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> marks_before_entries() {
  return twisted_shares([](const Server& server, Counting&, Part& part) {
    if (mark_of(server, part) > Sequence{0}) part.entries.clear();
  });
}

std::unique_ptr<Sabotage> parts_without_staging() {
  return twisted_shares([](const Server&, Counting&, Part& part) {
    part.index = 0;
    part.count = 1;
  });
}

std::unique_ptr<Sabotage> summed_shares() {
  return twisted_shares([](const Server& server, Counting& counting, Part& part) {
    const bool own = part.header.stream == server.replica()->members().self().run;
    if (own || part.header.through > mark_of(server, part)) return;
    for (const NamedEntry& entry : part.entries) {
      Counter& counter = *CountingThread(counting).find_or_insert(entry.name);
      const ServerIndex index = counting.servers().index(part.header.server);
      counting.update(counter, index, counting.value_of(counter, index) + entry.total);
    }
  });
}

std::unique_ptr<Sabotage> ignored_gaps() {
  return twisted_shares([](const Server& server, Counting&, Part& part) {
    part.header.after = std::min(part.header.after, mark_of(server, part));
  });
}

std::unique_ptr<Sabotage> gaps_that_drop_an_entry() {
  return twisted_shares([](const Server& server, Counting&, Part& part) {
    if (part.header.after <= mark_of(server, part)) return;
    part.header.after = mark_of(server, part);
    if (!part.entries.empty()) part.entries.pop_back();
  });
}

std::unique_ptr<Sabotage> live_totals() {
  class Plant final : public Sabotage {
    std::optional<PeerRequest> sends(const Server& server, PeerRequest request) override {
      auto* push = std::get_if<PeerRequest::PushShare>(&request.question);
      if (push == nullptr) return request;
      auto part = decode_part(push->body);
      if (part->header.stream != server.replica()->members().self().run) return request;
      for (NamedEntry& entry : part->entries) entry.total = server.own_total(entry.name);
      push->body = encoder_.encode(*part);
      return request;
    }
    Encoder encoder_;
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> shares_filed_under_their_sender() {
  return twisted_shares([](const Server&, Counting&, Part& part) { part.header.server = part.sender.id; });
}

std::unique_ptr<Sabotage> no_relays() {
  struct Plant final : Sabotage {
    std::optional<PeerRequest> sends(const Server& server, PeerRequest request) override {
      if (const auto* ask = std::get_if<PeerRequest::AskStream>(&request.question)) {
        const auto& peers = server.replica()->members().peers();
        const auto peer = peers.find(request.to);
        if (peer == peers.end() || peer->second != ask->stream) return std::nullopt;
      } else if (const auto* push = std::get_if<PeerRequest::PushShare>(&request.question)) {
        const auto part = decode_part(push->body);
        if (part->header.stream != part->sender.run) return std::nullopt;
      }
      return request;
    }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> trust_in_the_directory() {
  class Plant final : public Sabotage {
    std::optional<PeerRequest> sends(const Server& server, PeerRequest request) override {
      const auto told = roster_.find(server.setup().url);
      if (told != roster_.end() && !told->second.contains(request.to.second)) return std::nullopt;
      return request;
    }
    void hears_roster(const Server& server, const Roster& roster) override {
      auto& urls = roster_[server.setup().url];
      urls.clear();
      for (const Member& member : roster.members) urls.insert(member.url);
    }
    void tells_roster(Heartbeat& heartbeat) const override { heartbeat.members.clear(); }

    std::map<std::string, std::set<std::string>> roster_;  // by server: the URLs that it was last told
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> recovery_without_own_streams() {
  struct Plant final : Sabotage {
    std::string hears_answer(const Server& server, const PeerRequest& asked, std::string body) override {
      if (!std::holds_alternative<PeerRequest::AskMarks>(asked.question)) return body;
      auto marks = decode_marks(body);
      if (!marks) return body;
      std::erase_if(marks->marks, [&](const Mark& mark) { return mark.server == server.setup().id; });
      return encode(*marks);
    }
  };
  return std::make_unique<Plant>();
}

std::unique_ptr<Sabotage> shares_of_the_removed() {
  return twisted_shares([](const Server& server, Counting&, Part& part) {
    const Members& members = server.replica()->members();
    if (!members.is_removed(part.sender.id) || members.peers().empty()) return;
    const auto& [place, run] = *members.peers().begin();
    part.sender = {place.first, run, place.second};
  });
}

}  // namespace tally::sim
