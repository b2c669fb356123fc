#include "server/heartbeats.h"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "api/media_type.h"
#include "api/problem.h"
#include "api/targets.h"

namespace tally {

namespace {

using std::chrono::milliseconds;

// Until a balancer has told its lease, and while it does not answer.
constexpr Duration kFirstInterval = std::chrono::seconds(1);
constexpr net::ClientLimits kLimits{.connect_timeout = std::chrono::seconds(1),
                                    .answer_timeout = std::chrono::seconds(1)};

}  // namespace

struct Heartbeats::Balancer {
  Balancer(boost::asio::io_context& loop, net::Url where) : url(std::move(where)), timer(loop) {}

  const net::Url url;
  boost::asio::steady_timer timer;
  Duration interval = kFirstInterval;
  bool answers = true;  // so that the log names a change, not every heartbeat
};

Heartbeats::Heartbeats(boost::asio::io_context& loop, const ServerId& self,
                       const std::vector<net::Url>& balancers, Callbacks callbacks)
    : target_(server_target(self)), client_(loop, kLimits), callbacks_(std::move(callbacks)) {
  for (const net::Url& url : balancers) balancers_.push_back(std::make_unique<Balancer>(loop, url));
}

Heartbeats::~Heartbeats() = default;

void Heartbeats::start(std::function<void()> asked) { beat_all(std::move(asked)); }

void Heartbeats::say_now(std::function<void()> told) { beat_all(std::move(told)); }

void Heartbeats::beat_all(std::function<void()> done) {
  if (balancers_.empty()) return done();
  const auto round = std::make_shared<Round>(Round{balancers_.size(), std::move(done)});
  for (const auto& balancer : balancers_) beat(*balancer, round);
}

// `round` is null for a heartbeat that was just due.
void Heartbeats::beat(Balancer& balancer, std::shared_ptr<Round> round) {
  sleep(balancer);
  net::ClientRequest request;
  request.method = "PUT";
  request.server = balancer.url;
  request.target = target_;
  request.content_type = kJsonType;
  append_heartbeat(request.body, callbacks_.compose());
  client_.send(std::move(request),
               [this, &balancer, round = std::move(round)](const Result<net::ClientResponse>& response) {
                 answered(balancer, response);
                 if (round != nullptr && --round->under_way == 0) round->done();
               });
}

void Heartbeats::answered(Balancer& balancer, const Result<net::ClientResponse>& response) const {
  const bool answers = response.has_value() && response->status / 100 != 5;
  if (answers != balancer.answers) {
    balancer.answers = answers;
    if (answers) {
      spdlog::info("balancer {} answers again", balancer.url.text());
    } else {
      spdlog::warn("balancer {} does not answer: clients that ask it are not sent here. Counting goes on.",
                   balancer.url.text());
    }
  }
  if (!response) return;
  if (response->status != 200) {
    const Error error = read_problem(response->status, response->body);
    if (error.code == Errc::forbidden) callbacks_.refused(error.detail);
    return;
  }
  const auto answer = read_heartbeat_answer(response->body);
  if (!answer) {
    spdlog::warn("balancer {} answered a heartbeat with something else: {}", balancer.url.text(),
                 answer.error().detail);
    return;
  }
  balancer.interval = std::max<Duration>(milliseconds(answer->lease_ms) / 3, milliseconds(1));
  callbacks_.hear(answer->known);
}

// Armed when a heartbeat is sent, not when it is answered: a slow answer does not slow the next one.
void Heartbeats::sleep(Balancer& balancer) {
  balancer.timer.expires_after(balancer.interval);
  balancer.timer.async_wait([this, &balancer](const boost::system::error_code& error) {
    if (!error) beat(balancer, nullptr);
  });
}

}  // namespace tally
