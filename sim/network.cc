#include "sim/network.h"

#include <utility>

namespace tally::sim {

namespace {

std::string describe(const Question& question) {
  struct Words {
    std::string operator()(const PeerRequest::PushShare& push) {
      return fmt::format("a part of a share, {} bytes", push.body.size());
    }
    std::string operator()(const PeerRequest::AskMarks&) { return "what are your marks?"; }
    std::string operator()(const PeerRequest::AskStream& ask) {
      return fmt::format("what of stream {:.8} after {}?", ask.stream.text(), number(ask.after));
    }
    std::string operator()(const Add& add) { return fmt::format("add {} to {}", add.delta, add.counter); }
    std::string operator()(const Heartbeat&) { return "heartbeat"; }
    std::string operator()(const WhichServer&) { return "which server is mine?"; }
  };
  return std::visit(Words{}, question);
}

std::string describe(const Answer& answer) {
  if (!answer) return std::string(to_string(answer.error().code));
  struct Words {
    std::string operator()(const std::string& body) { return fmt::format("{} bytes", body.size()); }
    std::string operator()(const Counted& counted) {
      return fmt::format("counted, ticket {}", number(counted.ticket));
    }
    std::string operator()(const Roster& roster) { return fmt::format("{} members", roster.members.size()); }
  };
  return std::visit(Words{}, *answer);
}

}  // namespace

Network::Network(EventQueue& queue, Trace& trace, Random random)
    : queue_(queue), trace_(trace), random_(random) {}

void Network::attach(const std::string& url, Endpoint& endpoint) {
  endpoints_.insert_or_assign(url, &endpoint);
}

void Network::detach(const std::string& url) { endpoints_.erase(url); }

void Network::ask(const std::string& from, const std::string& to, Question question, Duration patience,
                  Reply reply) {
  ++traffic_.questions;
  const auto waiting = std::make_shared<Reply>(std::move(reply));
  const Reply settle = [waiting](Answer answer) {
    if (*waiting) std::exchange(*waiting, nullptr)(std::move(answer));
  };
  queue_.after(patience, [settle] { settle(Error{Errc::unknown_outcome, "No answer came in time."}); });
  const bool doubled = is_between_servers(question) && random_.chance(weather_.doubled_percent);
  for (int copy = 0; copy < (doubled ? 2 : 1); ++copy) {
    if (!passes(from, to)) {
      trace_.note("{} -> {}  {}: lost", from, to, describe(question));
      continue;
    }
    Question sent = question;
    if (auto* push = std::get_if<PeerRequest::PushShare>(&sent)) {
      traffic_.bytes += push->body.size();
      push->body = mangled_perhaps(std::move(push->body));
    }
    queue_.after(delay(from, to),
                 [this, from, to, sent = std::move(sent), settle] { arrive(from, to, sent, settle); });
  }
}

void Network::arrive(const std::string& from, const std::string& to, const Question& question,
                     const Reply& settle) {
  trace_.note("{} -> {}  {}", from, to, describe(question));
  const bool between_servers = is_between_servers(question);
  const Reply answer_back = [this, from, to, between_servers, settle](Answer answer) {
    if (!passes(to, from)) {
      trace_.note("{} <- {}  {}: lost", from, to, describe(answer));
      return;
    }
    if (between_servers && answer) {
      auto& body = std::get<std::string>(*answer);
      traffic_.bytes += body.size();
      body = mangled_perhaps(std::move(body));
    }
    queue_.after(delay(to, from), [this, from, to, settle, answer = std::move(answer)] {
      trace_.note("{} <- {}  {}", from, to, describe(answer));
      settle(answer);
    });
  };
  const auto endpoint = endpoints_.find(to);
  if (endpoint == endpoints_.end()) {
    answer_back(Error{Errc::unreachable, "Nobody listens at " + to + "."});
  } else {
    endpoint->second->ask(question, answer_back);
  }
}

bool Network::passes(const std::string& from, const std::string& to) {
  return !random_.chance(weather_.lost_percent) && !cut_.contains({from, to});
}

Duration Network::delay(const std::string& from, const std::string& to) {
  const auto up_to = [this](Duration most) {
    return Duration(static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(most.count()) + 1)));
  };
  Duration delay = weather_.least_delay + up_to(weather_.most_delay - weather_.least_delay);
  if (random_.chance(weather_.late_percent)) delay += up_to(weather_.late_by);
  for (const std::string* place : {&from, &to}) {
    if (const auto slow = slow_.find(*place); slow != slow_.end()) delay += up_to(slow->second);
  }
  return delay;
}

std::string Network::mangled_perhaps(std::string bytes) {
  if (bytes.empty() || !random_.chance(weather_.mangled_percent)) return bytes;
  const std::size_t where = random_.below(bytes.size());
  if (random_.chance(50)) {
    bytes.resize(where);
  } else {
    bytes[where] = static_cast<char>(bytes[where] ^ (1 << random_.below(8)));
  }
  return bytes;
}

}  // namespace tally::sim
