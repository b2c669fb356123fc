#include "sim/fleet.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "base/random.h"
#include "cluster/replica.h"
#include "count/counting.h"

namespace tally::sim {

namespace {

constexpr const char* kCounter = "page-views";

class Fleet {
 public:
  explicit Fleet(std::size_t servers) {
    Random random(servers);
    std::vector<Member> members;
    for (std::size_t i = 0; i < servers; ++i) {
      const std::string id = fmt::format("server-{:04}", i);
      members.push_back({ServerId::parse(id).value(), {random(), random()}, "http://" + id + ":7071"});
      places_.emplace(Place{members.back().id, members.back().url}, i);
    }
    for (const Member& member : members) nodes_.push_back(std::make_unique<Node>(member, now_));
    for (std::size_t i = 0; i < servers; ++i) send(i, nodes_[i]->replica.learn(now_, members, {}));
    answer_all();
  }

  void everybody_counts() {
    for (const auto& node : nodes_) TALLY_CHECK(node->thread.add(kCounter, 1).has_value());
    added_ += static_cast<Int128>(nodes_.size());
  }

  // Everybody's share interval, at one moment.
  void pass_one_interval() {
    now_ += ReplicaOptions{}.share_interval;
    for (std::size_t i = 0; i < nodes_.size(); ++i) send(i, nodes_[i]->replica.tick(now_));
    answer_all();
  }

  bool agrees() const {
    for (const auto& node : nodes_) {
      if (node->thread.value(kCounter) != added_) return false;
    }
    return true;
  }

  FleetCost take_cost() { return std::exchange(cost_, {}); }

 private:
  struct Node {
    Node(const Member& self, Instant now) : replica(self, {}, counting, now) {}
    Counting counting{2, 1};
    CountingThread thread{counting};
    Replica replica;
  };
  struct Sent {
    std::size_t from;
    std::size_t to;
    PeerRequest request;
  };
  struct Answered {
    std::size_t from;  // who had asked
    std::uint64_t request;
    Result<std::string> answer;
  };

  // What servers want to say is said and answered at once, and so is what follows from that. Whoever is asked
  // answers all that came in one go, and whoever asked hears all answers in one go: a thousand servers do not
  // fit into a processor's cache.
  void answer_all() {
    while (!sent_.empty()) {
      std::vector<Sent> questions = std::exchange(sent_, {});
      std::stable_sort(questions.begin(), questions.end(),
                       [](const Sent& a, const Sent& b) { return a.to < b.to; });
      std::vector<Answered> answers;
      answers.reserve(questions.size());
      for (const Sent& sent : questions) {
        answers.push_back({sent.from, sent.request.id, ask(sent.to, sent.request.question)});
      }
      cost_.questions += questions.size();
      questions = {};
      std::stable_sort(answers.begin(), answers.end(),
                       [](const Answered& a, const Answered& b) { return a.from < b.from; });
      for (const auto& [from, request, answer] : answers) {
        cost_.bytes += answer ? answer->size() : 0;
        send(from, nodes_[from]->replica.answered(now_, request, answer));
      }
    }
  }

  void send(std::size_t from, Output output) {
    for (PeerRequest& request : output.requests) {
      const std::size_t to = places_.at(request.to);
      sent_.push_back({from, to, std::move(request)});
    }
  }

  Result<std::string> ask(std::size_t to, const decltype(PeerRequest::question)& question) {
    Replica& replica = nodes_[to]->replica;
    if (const auto* push = std::get_if<PeerRequest::PushShare>(&question)) {
      cost_.bytes += push->body.size();
      auto answer = replica.receive_share(now_, push->body);
      send(to, std::move(answer.output));
      return std::move(answer.body);
    }
    if (const auto* stream = std::get_if<PeerRequest::AskStream>(&question)) {
      return replica.stream_answer(stream->stream, stream->after);
    }
    const auto& ask = std::get<PeerRequest::AskMarks>(question);
    auto answer = replica.answer_marks(now_, ask.digest, ask.nonce);
    send(to, std::move(answer.output));
    return std::move(answer.body);
  }

  Instant now_{std::chrono::seconds(1)};
  Int128 added_ = 0;
  std::map<Place, std::size_t> places_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Sent> sent_;
  FleetCost cost_;
};

}  // namespace

FleetReport run_fleet(std::size_t servers) {
  FleetReport report{servers, 0, {}, {}, {}};
  Fleet fleet(servers);
  fleet.everybody_counts();
  for (; !fleet.agrees(); ++report.intervals_to_agree) fleet.pass_one_interval();
  report.start = fleet.take_cost();
  // Some intervals after the start they know that they know the same, and answers are brief.
  for (int settling = 0; settling < 3; ++settling) fleet.pass_one_interval();
  fleet.take_cost();
  fleet.everybody_counts();
  fleet.pass_one_interval();
  report.busy = fleet.take_cost();
  fleet.pass_one_interval();
  report.idle = fleet.take_cost();
  TALLY_CHECK(fleet.agrees());
  return report;
}

}  // namespace tally::sim
