#include "server/replica_shell.h"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "api/media_type.h"
#include "edge/answers.h"
#include "net/boot_clock.h"
#include "server/peer_protocol.h"

namespace tally {

namespace {

using std::chrono::milliseconds;

// A peer's answer may bring a whole stream, as many counters as there are.
constexpr net::ClientLimits kPeerLimits{.answer_timeout = std::chrono::seconds(30),
                                        .body_bytes = std::size_t{1} << 30};
constexpr milliseconds kStopStep{50};

void send(net::LaterReply reply, const Result<std::string>& body, std::string_view type) {
  if (body) {
    std::move(reply).send({200, type, *body, {}});
  } else {
    std::move(reply).send(problem_response(body.error()).view());
  }
}

}  // namespace

ReplicaShell::ReplicaShell(boost::asio::io_context& loop, Member self, ReplicaOptions options,
                           Counting& counting, ServerStatus& status, std::function<void()> on_ready)
    : loop_(loop),
      timer_(loop),
      stop_timer_(loop),
      client_(loop, kPeerLimits),
      status_(status),
      replica_(std::move(self), options, counting, net::BootClock::now()),
      on_ready_(std::move(on_ready)) {}

void ReplicaShell::start() { perform(replica_.tick(net::BootClock::now())); }

void ReplicaShell::learn(const std::vector<Member>& members, const std::vector<ServerId>& removed) {
  perform(replica_.learn(net::BootClock::now(), members, removed));
}

void ReplicaShell::balancers_asked() { perform(replica_.balancers_asked(net::BootClock::now())); }

void ReplicaShell::share_all(Duration limit, std::function<void(std::size_t unshared)> done) {
  const Instant now = net::BootClock::now();
  perform(replica_.flush(now));
  wait_until_shared(now + limit, std::move(done));
}

void ReplicaShell::wait_until_shared(Instant deadline, std::function<void(std::size_t)> done) {
  if (replica_.shared() || net::BootClock::now() >= deadline) return done(replica_.unshared());
  stop_timer_.expires_after(kStopStep);
  stop_timer_.async_wait(
      [this, deadline, done = std::move(done)](const boost::system::error_code& error) mutable {
        if (error) return;
        // The tries before are judged before new ones begin: of one that is under way nobody knows what becomes.
        if (!replica_.shared()) perform(replica_.flush(net::BootClock::now()));
        wait_until_shared(deadline, std::move(done));
      });
}

void ReplicaShell::answer_share(std::string body, net::LaterReply reply) {
  boost::asio::post(loop_, [this, body = std::move(body), reply = std::move(reply)]() mutable {
    auto answer = replica_.receive_share(net::BootClock::now(), body);
    perform(answer.output);
    tally::send(std::move(reply), answer.body, kProtobufType);
  });
}

void ReplicaShell::answer_marks(bool as_json, std::optional<std::uint64_t> digest, net::LaterReply reply) {
  boost::asio::post(loop_, [this, as_json, digest, reply = std::move(reply)]() mutable {
    if (as_json) {
      tally::send(std::move(reply), to_json(replica_.marks()), kJsonType);
    } else {
      tally::send(std::move(reply), replica_.marks_answer(digest), kProtobufType);
    }
  });
}

void ReplicaShell::answer_stream(StreamId stream, Sequence after, net::LaterReply reply) {
  boost::asio::post(loop_, [this, stream, after, reply = std::move(reply)]() mutable {
    tally::send(std::move(reply), replica_.stream_answer(stream, after), kProtobufType);
  });
}

void ReplicaShell::perform(const Output& output) {
  for (const std::string& warning : output.warnings) spdlog::warn("{}", warning);
  for (const PeerRequest& request : output.requests) send(request);
  if (replica_.removed()) status_.removed = true;
  sleep_until(output.wake);
  if (replica_.ready() && on_ready_) std::exchange(on_ready_, nullptr)();
}

void ReplicaShell::send(const PeerRequest& request) {
  auto http = to_http(request);
  if (!http) {
    boost::asio::post(loop_, [this, id = request.id, error = http.error()] {
      perform(replica_.answered(net::BootClock::now(), id, error));
    });
    return;
  }
  client_.send(std::move(*http), [this, id = request.id](Result<net::ClientResponse> response) {
    perform(replica_.answered(net::BootClock::now(), id, from_http(std::move(response))));
  });
}

void ReplicaShell::sleep_until(Instant wake) {
  timer_.expires_after(std::max(Duration::zero(), wake - net::BootClock::now()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) perform(replica_.tick(net::BootClock::now()));
  });
}

}  // namespace tally
