#include "server/counting_server.h"

#include <random>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "net/boot_clock.h"
#include "net/listener.h"

namespace tally {

namespace {

using std::chrono::seconds;

constexpr std::size_t kThreadsBesideLoops = 2;  // that count or read: the cluster's, and the listings'

// Together below the 10 seconds that a stop may take.
constexpr seconds kFinishLimit{4};
constexpr seconds kShareLimit{3};
constexpr seconds kFarewellLimit{2};

// From the system, never from a seed or a disk: see docs/decisions/0001-a-fresh-stream-at-every-start.md.
std::uint64_t system_random() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

ReplicaOptions replica_options(const ServerOptions& options, bool has_disk) {
  return {.share_interval = options.share_interval,
          .recovery_limit = options.recovery_timeout,
          .ask_balancers = !options.balancers.empty(),
          .has_disk = has_disk};
}

}  // namespace

Result<std::unique_ptr<CountingServer>> CountingServer::listen(const ServerOptions& options,
                                                               std::unique_ptr<Store> store,
                                                               boost::asio::io_context& cluster) {
  auto access = Access::open(options.access);
  if (!access) return access.error();
  auto tls = net::TlsContext::load_if_any(options.tls);
  if (!tls) return tls.error();
  net::Loops loops(options.threads);
  auto acceptors = net::listen(options.listen, loops);
  if (!acceptors) return acceptors.error();
  Acceptors resp_acceptors;
  if (options.resp) {
    auto listening = net::listen(*options.resp, loops);
    if (!listening) return listening.error();
    resp_acceptors = std::move(*listening);
  }
  const net::Endpoint local = net::local_endpoint(acceptors->front());
  const bool speaks_tls = !options.tls.certificate.empty();
  const std::string url =
      (options.advertise ? *options.advertise : net::Url{local.host, local.port, speaks_tls}).text();
  Member self{options.id, StreamId{system_random(), system_random()}, url};
  std::unique_ptr<CountingServer> server(new CountingServer(
      options, std::move(self), std::move(*access), cluster, std::move(loops), std::move(*acceptors),
      std::move(resp_acceptors), std::move(store), std::move(*tls)));
  if (const auto restored = server->replica_.restore(); !restored) return restored.error();
  return server;
}

CountingServer::CountingServer(const ServerOptions& options, Member self, std::unique_ptr<Access> access,
                               boost::asio::io_context& cluster, net::Loops loops, Acceptors acceptors,
                               Acceptors resp_acceptors, std::unique_ptr<Store> store,
                               std::shared_ptr<net::TlsContext> tls)
    : options_(options),
      tls_(std::move(tls)),
      self_(std::move(self)),
      access_(std::move(access)),
      cluster_(cluster),
      loops_(std::move(loops)),
      freshness_(options.share_interval),
      counting_(options.threads + kThreadsBesideLoops, system_random(), options.most_counters),
      listings_(counting_),
      resp_{.run = self_.run,
            .started = net::BootClock::now(),
            .port =
                resp_acceptors.empty() ? std::uint16_t{0} : net::local_endpoint(resp_acceptors.front()).port,
            .limits = static_cast<const net::ConnectionLimits&>(options.limits),
            .idle_timeout = options.resp_idle_timeout,
            .tls = tls_ && tls_->has_certificate() ? tls_.get() : nullptr},
      metrics_(counting_, status_, load_, resp_, options.share_interval, resp_.tls),
      disk_(store ? std::make_optional<Disk>(std::move(store), cluster) : std::nullopt),
      replica_(cluster, *access_, self_, replica_options(options, disk_.has_value()), counting_,
               disk_ ? &*disk_ : nullptr, status_, freshness_, metrics_,
               {.on_ready = [this] { become_ready(); },
                .on_held = [this](const Replica::Held& held) { tell_holders(held); },
                .on_refreshed = [this](Instant since) { tell_readers(since); }},
               tls_),
      policy_(status_, disk_.has_value(), options.ack.value_or(disk_ ? Ack{Ack::Holder::disk} : Ack{})),
      heartbeats_(cluster, *access_, self_.id, options.balancers,
                  {.compose = [this] { return compose_heartbeat(); },
                   .hear = [this](const HeartbeatAnswer& said) { replica_.learn(said); },
                   .refused =
                       [this](const std::string& detail) {
                         if (!status_.removed.exchange(true)) spdlog::error("{}", detail);
                         replica_.learn({{{}, {self_.id}}, 1});  // so that the others and our disk know
                       }},
                  tls_) {
  if (tls_) {
    renewal_.emplace(cluster, *tls_,
                     net::TlsRenewal::Log{[](const std::string& text) { spdlog::info("{}", text); },
                                          [](const std::string& text) { spdlog::warn("{}", text); }});
  }
  const ServingLoop::Shared shared{options_, *access_, counting_,           listings_,
                                   replica_, status_,  freshness_,          policy_,
                                   load_,    resp_,    metrics_.requests(), resp_.tls};
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    serving_.push_back(std::make_unique<ServingLoop>(
        loops_[i], std::move(acceptors[i]),
        resp_acceptors.empty() ? std::nullopt : std::optional(std::move(resp_acceptors[i])), shared));
  }
}

std::string CountingServer::resp_address() const {
  return options_.resp ? net::Endpoint{options_.resp->host, resp_.port}.text() : "";
}

void CountingServer::tell_holders(const Replica::Held& held) {
  for (const auto& loop : serving_) loop->release(held);
}

void CountingServer::tell_readers(Instant since) {
  for (const auto& loop : serving_) loop->release_fresh_reads(since);
}

void CountingServer::start() {
  threads_ = std::make_unique<net::LoopThreads>(loops_);
  replica_.start();
  heartbeats_.start([this] { replica_.balancers_asked(); });
}

// It serves before it says so: whoever is sent here because of what the balancers heard is not turned away.
void CountingServer::become(ServerState state, net::Done told) {
  if (status_.advance(state)) heartbeats_.say_now(std::move(told));
}

void CountingServer::become_ready() {
  become(ServerState::ready, [this] { status_.announced = status_.state == ServerState::ready; });
}

void CountingServer::stop(net::Done stopped) {
  stopped_ = std::move(stopped);
  status_.announced = false;
  become(ServerState::draining, [] {});
  // Whatever is still open when the limit passes is cut off when the loops end.
  net::within(
      cluster_, kFinishLimit, [this](const net::Done& closed) { close_connections(closed); },
      [this] { hand_over(); });
}

void CountingServer::close_connections(const net::Done& closed) {
  const auto open = std::make_shared<std::size_t>(serving_.size());
  for (const auto& loop : serving_) {
    loop->stop([this, open, closed] {
      boost::asio::post(cluster_, [open, closed] {
        if (--*open == 0) closed();
      });
    });
  }
}

void CountingServer::hand_over() {
  replica_.share_all(kShareLimit, [this](std::size_t unshared) {
    if (unshared > 0) {
      spdlog::warn(
          "stopping although the newest adds to {} counter(s) were shared with nobody, because no other "
          "server took them in time. They {}.",
          unshared,
          !replica_.has_disk() ? "are lost with this process"
          : replica_.durable()
              ? "are on this server's disk, and come back with it"
              : "come back with this server's disk if that still takes them, and are lost if not");
    }
    leave();
  });
}

void CountingServer::leave() {
  net::within(
      cluster_, kFarewellLimit, [this](net::Done told) { become(ServerState::down, std::move(told)); },
      std::exchange(stopped_, nullptr));
}

Heartbeat CountingServer::compose_heartbeat() const {
  const Members& members = replica_.members();
  return {self_.url,
          status_.state,
          self_.run,
          {members.all(), {members.removed().begin(), members.removed().end()}}};
}

}  // namespace tally
