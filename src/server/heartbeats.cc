#include "server/heartbeats.h"

#include <utility>

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

// What came back of a heartbeat.
enum class Heard : std::uint8_t { consent, nothing, dissent };

void log_change(const net::Url& url, Heard heard, const std::string& reason) {
  constexpr std::string_view kMeanwhile = "clients that ask there are not sent here. Counting goes on.";
  switch (heard) {
    case Heard::consent: spdlog::info("balancer {} answers again", url.text()); return;
    case Heard::nothing: spdlog::warn("balancer {} does not answer: {}", url.text(), kMeanwhile); return;
    case Heard::dissent:
      spdlog::warn("{} takes no heartbeats, see that --balancer names a balancer: {} It said: {}", url.text(),
                   kMeanwhile, reason);
  }
}

}  // namespace

struct Heartbeats::Balancer {
  Balancer(boost::asio::io_context& loop, net::Url where) : url(std::move(where)), timer(loop) {}

  const net::Url url;
  boost::asio::steady_timer timer;
  Duration interval = kFirstInterval;
  bool under_way = false;                       // a heartbeat is
  std::vector<std::shared_ptr<Round>> told;     // by the heartbeat that is under way
  std::vector<std::shared_ptr<Round>> waiting;  // for the next one, which follows at once
  Heard heard = Heard::consent;                 // so that the log names a change, not every heartbeat
};

Heartbeats::Heartbeats(boost::asio::io_context& loop, const Access& access, const ServerId& self,
                       const std::vector<net::Url>& balancers, Callbacks callbacks,
                       std::shared_ptr<net::TlsContext> tls)
    : access_(access),
      target_(server_target(self)),
      client_(loop, kLimits, std::move(tls)),
      callbacks_(std::move(callbacks)) {
  for (const net::Url& url : balancers) balancers_.push_back(std::make_unique<Balancer>(loop, url));
}

Heartbeats::~Heartbeats() = default;

void Heartbeats::start(std::function<void()> asked) { beat_all(std::move(asked)); }

void Heartbeats::say_now(std::function<void()> told) { beat_all(std::move(told)); }

void Heartbeats::beat_all(std::function<void()> done) {
  if (balancers_.empty()) return done();
  const auto round = std::make_shared<Round>(Round{balancers_.size(), std::move(done)});
  for (const auto& balancer : balancers_) {
    balancer->waiting.push_back(round);
    beat(*balancer);
  }
}

// One that is due while another is under way is left out: that one takes a second at most.
void Heartbeats::beat(Balancer& balancer) {
  sleep(balancer);
  if (!balancer.under_way) send(balancer);
}

void Heartbeats::send(Balancer& balancer) {
  balancer.under_way = true;
  balancer.told = std::exchange(balancer.waiting, {});
  net::ClientRequest request;
  request.method = "PUT";
  request.server = balancer.url;
  request.target = target_;
  request.content_type = kJsonType;
  request.authorization = access_.cluster_authorization();
  append_heartbeat(request.body, callbacks_.compose());
  client_.send(std::move(request), [this, &balancer](const Result<net::ClientResponse>& response) {
    balancer.under_way = false;
    answered(balancer, response);
    const auto told = std::exchange(balancer.told, {});
    if (!balancer.waiting.empty()) send(balancer);
    for (const auto& round : told) {
      if (--round->under_way == 0) round->done();
    }
  });
}

void Heartbeats::answered(Balancer& balancer, const Result<net::ClientResponse>& response) const {
  Heard heard = Heard::consent;
  std::string reason;
  if (!response || response->status / 100 == 5) {
    heard = Heard::nothing;
  } else if (response->status != 200) {
    const Error error = read_problem(response->status, response->body);
    if (error.code == Errc::forbidden) return callbacks_.refused(error.detail);
    heard = Heard::dissent;
    reason = error.detail;
  } else if (const auto answer = read_heartbeat_answer(response->body); !answer) {
    heard = Heard::dissent;
    reason = answer.error().detail;
  } else {
    balancer.interval = std::max<Duration>(milliseconds(answer->lease_ms) / 3, milliseconds(1));
    callbacks_.hear(*answer);
  }
  if (std::exchange(balancer.heard, heard) != heard) log_change(balancer.url, heard, reason);
}

// Armed when a heartbeat is sent, not when it is answered: a slow answer does not slow the next one.
void Heartbeats::sleep(Balancer& balancer) {
  balancer.timer.expires_after(balancer.interval);
  balancer.timer.async_wait([this, &balancer](const boost::system::error_code& error) {
    if (!error) beat(balancer);
  });
}

}  // namespace tally
