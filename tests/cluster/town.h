// Replicas in one place, without sockets and clocks: what the tests of a replica stand on.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"
#include "cluster/replica.h"
#include "tests/cluster/support.h"

namespace tally {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A few servers, and the wires between them. A message arrives at once, and so does its answer; where the
// wire is cut, or nobody lives at the URL, the asker hears so at once; who is silent never answers. Time
// passes when a test says so.
class Town {
 public:
  // A stream as a disk shows it.
  struct Rows {
    ShareHeader header;
    std::vector<NamedEntry> entries;
  };

  struct Server {
    Server(Member self, const ReplicaOptions& options, Instant now)
        : replica(std::move(self), options, counting, now) {}
    Int128 value(const std::string& name) { return thread.value(name); }
    void add(const std::string& name, std::int64_t delta) { ASSERT_TRUE(thread.add(name, delta)); }

    Counting counting{2, 1};
    CountingThread thread{counting};
    Replica replica;
    Instant wake;
    std::vector<std::string> warnings;
    std::vector<std::string> notices;
    Commit commit;                     // the last that was to be made
    int commits = 0;                   // that were to be made
    std::map<StreamId, Rows> rows;     // of its disk
    bool disk_takes_no_time = false;   // else a test calls written()
    std::optional<Instant> refreshed;  // as it said last
    int refreshes = 0;
  };

  // What its disk kept, and shows when it is read.
  static void restore(Server& server, const ShareHeader& header, const std::vector<NamedEntry>& entries) {
    server.rows.insert_or_assign(header.stream, Rows{header, entries});
    const KeptStream stream = kept(header, entries);
    const std::size_t half = entries.size() / 2;
    server.replica.restore({header, stream.entries().subspan(half), false});
    server.replica.restore({header, stream.entries().first(half), true});
  }

  Server& start(const Member& self, const std::vector<Member>& known = {}, ReplicaOptions options = {},
                const std::optional<Roster>& kept = std::nullopt) {
    Server& server = *(servers_[self.url] = std::make_unique<Server>(self, options, now_));
    if (kept) server.replica.restore(*kept);
    act(self.url, server.replica.learn(now_, known, {}));
    if (!options.ask_balancers) act(self.url, server.replica.tick(now_));
    deliver();
    return server;
  }
  Server& start(const std::string& id, std::uint64_t its_run, const std::vector<Member>& known = {}) {
    return start(member(id, its_run), known);
  }
  void crash(const std::string& id) { servers_.erase(url_of(id)); }

  void cut(const std::string& a, const std::string& b) { cuts_.insert({url_of(a), url_of(b)}); }
  void heal() { cuts_.clear(); }
  void silence(const std::string& id) { silent_.insert(url_of(id)); }

  void pass(Duration duration) {
    const Instant end = now_ + duration;
    for (int wakes = 0;; ++wakes) {
      TALLY_CHECK(wakes < 10'000);  // else somebody asks for ever to be woken at once

      auto next = servers_.end();
      for (auto each = servers_.begin(); each != servers_.end(); ++each) {
        if (next == servers_.end() || each->second->wake < next->second->wake) next = each;
      }
      if (next == servers_.end() || next->second->wake > end) break;
      now_ = std::max(now_, next->second->wake);
      act(next->first, next->second->replica.tick(now_));
      deliver();
    }
    now_ = end;
  }
  Instant now() const { return now_; }

  void act(const std::string& url, Output out) {
    Server& server = *servers_.at(url);
    server.wake = out.wake;
    for (const Alarm& alarm : out.alarms) server.warnings.push_back(alarm.text);
    server.notices.insert(server.notices.end(), out.notices.begin(), out.notices.end());
    if (out.refreshed) {
      server.refreshed = out.refreshed;
      ++server.refreshes;
    }
    for (PeerRequest& request : out.requests) under_way_.emplace_back(url, std::move(request));
    for (const LateAnswer& answer : out.answers) {
      const auto waiting = late_.extract({url, answer.number});
      if (!waiting.empty()) answered_.emplace_back(waiting.mapped(), answer.body);
    }
    if (!out.commit.empty()) {
      server.commit = std::move(out.commit);
      ++server.commits;
    }
    if (server.disk_takes_no_time && !server.commit.empty()) {
      keep(server, std::exchange(server.commit, {}));
      act(url, server.replica.written(now_));
    }
    if (!out.read) return;
    const auto& [header, entries] = server.rows.at(*out.read);
    act(url, server.replica.read_back(now_, kept(header, entries)).value());
  }

  void deliver() {
    while (!under_way_.empty() || !answered_.empty()) {
      while (!answered_.empty()) {
        const auto [asker, body] = std::move(answered_.front());
        answered_.pop_front();
        hear(asker, body);
      }
      if (under_way_.empty()) break;
      const auto [from, request] = std::move(under_way_.front());
      under_way_.pop_front();
      const std::string& to = request.to.second;
      if (silent_.contains(to)) continue;
      const bool cut = cuts_.contains({from, to}) || cuts_.contains({to, from});
      if (cut || !servers_.contains(to)) {
        hear({from, request.id}, Error{Errc::unreachable, "Nobody answers."});
      } else {
        ask({from, request.id}, to, request);
      }
    }
  }

  std::size_t bytes_pushed = 0;
  int stream_questions = 0;  // how often one server asked another for a stream

 private:
  static void keep(Server& server, const Commit& commit) {
    for (const Write& write : commit.writes) {
      auto& [header, entries] =
          server.rows.try_emplace(write.header.stream, Rows{write.header, {}}).first->second;
      header = write.header;
      header.after = Sequence{0};
      for (const Entry& entry : write.entries) {
        std::erase_if(entries, [&](const NamedEntry& old) { return old.name == entry.counter->name(); });
        entries.push_back({std::string(entry.counter->name()), entry.total, entry.sequence});
      }
    }
  }

  using Asker = std::pair<std::string, std::uint64_t>;  // its URL, and the number of its request

  void hear(const Asker& asker, const Result<std::string>& answer) {
    const auto server = servers_.find(asker.first);
    if (server == servers_.end()) return;
    act(asker.first, server->second->replica.answered(now_, asker.second, answer));
  }

  void ask(const Asker& asker, const std::string& url, const PeerRequest& request) {
    Replica& replica = servers_.at(url)->replica;
    const auto give = [&](Replica::Answer answer) {
      if (answer.later != 0) late_.emplace(std::pair(url, answer.later), asker);
      act(url, std::move(answer.output));
      if (answer.later == 0) hear(asker, answer.body);
    };
    if (const auto* push = std::get_if<PeerRequest::PushShare>(&request.question)) {
      bytes_pushed += push->body.size();
      return give(replica.receive_share(now_, push->body));
    }
    if (const auto* marks = std::get_if<PeerRequest::AskMarks>(&request.question)) {
      return give(replica.answer_marks(now_, marks->digest, marks->nonce));
    }
    const auto& ask = std::get<PeerRequest::AskStream>(request.question);
    ++stream_questions;
    give(replica.stream_answer(now_, ask.stream, ask.after));
  }

  Instant now_{seconds(1000)};
  std::map<std::string, std::unique_ptr<Server>> servers_;  // by URL
  std::set<std::pair<std::string, std::string>> cuts_;
  std::set<std::string> silent_;
  std::deque<std::pair<std::string, PeerRequest>> under_way_;    // who asks, what
  std::map<std::pair<std::string, std::uint64_t>, Asker> late_;  // who waits for whose disk
  std::deque<std::pair<Asker, std::string>> answered_;
};

class ReplicaTest : public testing::Test {
 protected:
  // A share as `sender` would push it, and what became of it.
  Replica::Answer push(Town::Server& to, const Member& sender, const ShareHeader& about,
                       const std::vector<NamedEntry>& entries) {
    return to.replica.receive_share(town.now(), names.encode({sender, 1, 0, 1, 0, about, entries}));
  }

  static bool warned(const Town::Server& server, const std::string& of) {
    return std::any_of(server.warnings.begin(), server.warnings.end(),
                       [&](const std::string& warning) { return warning.find(of) != std::string::npos; });
  }

  Town town;
  Names names;
};

}  // namespace tally
