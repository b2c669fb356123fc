#include "chaos/tally_cluster.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "api/answers.h"
#include "api/targets.h"
#include "base/random.h"
#include "net/boot_clock.h"

namespace tally::chaos {

namespace {

constexpr Duration kStart = e2e::seconds(30);

net::ClientRequest add_request(net::Url server, const std::string& counter, std::int64_t delta,
                               const std::string& ack) {
  return {.method = "POST",
          .server = std::move(server),
          .target = counter_target(counter) + (ack.empty() ? "" : "?ack=" + ack),
          .content_type = "text/plain",
          .body = std::to_string(delta)};
}

// One client. See TallyCluster::client().
class TallyClient {
 public:
  struct Server {
    std::string id;
    net::Url url;
  };

  TallyClient(std::vector<Server> servers, std::size_t home, std::vector<std::string> acks,
              std::uint64_t seed, std::optional<Ack> claim)
      : servers_(std::move(servers)), home_(home), acks_(std::move(acks)), random_(seed), claim_(claim) {}

  Attempt add(const Probes::Add& add) {
    constexpr unsigned kStayAway = 20;
    if (away_ > 0 && --away_ == 0) now_ = home_;
    const Server& server = servers_[now_];
    const std::string& ack = acks_[random_.below(acks_.size())];
    Attempt attempt{.server = server.id};
    const auto answer = client_.send(add_request(server.url, add.counter, add.delta, ack));
    if (answer) attempt.status = answer->status;
    if (!answer) {
      attempt.told =
          answer.error().code == Errc::unknown_outcome ? Attempt::Told::unknown : Attempt::Told::refused;
    } else if (answer->status >= 400) {
      attempt.told = Attempt::Told::refused;
    } else if (const auto told = read_add_answer(answer->body)) {
      attempt.told = Attempt::Told::acknowledged;
      attempt.ack = claim_.value_or(told->ack);
    }
    if (attempt.told != Attempt::Told::acknowledged) {
      now_ = (now_ + 1) % servers_.size();
      away_ = kStayAway;
    }
    return attempt;
  }

  std::optional<Read> read(const std::string& counter) {
    const Server& server = servers_[random_.below(servers_.size())];
    const auto answer =
        client_.send({.method = "GET", .server = server.url, .target = counter_target(counter)});
    if (!answer || answer->status != 200) return std::nullopt;
    const auto read = read_read_answer(answer->body);
    if (!read || !read->staleness_ms) return std::nullopt;
    return Read{.server = server.id,
                .counter = counter,
                .value = read->counter.value,
                .staleness = e2e::milliseconds(*read->staleness_ms)};
  }

 private:
  net::BlockingClient client_{{.connect_timeout = e2e::milliseconds(500), .answer_timeout = e2e::seconds(3)}};
  const std::vector<Server> servers_;
  const std::size_t home_;
  const std::vector<std::string> acks_;
  Random random_;
  const std::optional<Ack> claim_;
  std::size_t now_ = home_;
  unsigned away_ = 0;
};

}  // namespace

TallyCluster::TallyCluster(Network& network, const std::filesystem::path& folder,
                           std::vector<std::string> ids, TallyOptions options)
    : ids_(std::move(ids)), options_(std::move(options)) {
  balancer_ = std::make_unique<Machine>(network, folder, "balancer");
  start_balancer();
  for (const std::string& id : ids_) {
    servers_[id] = std::make_unique<Machine>(network, folder, id);
    start_server(id);
  }
  if (!e2e::eventually([this] { return ready(); }, kStart)) {
    std::string why;
    for (const std::string& id : ids_) why += server(id).complaint();
    throw std::runtime_error("the cluster did not start. " + why);
  }
}

void TallyCluster::start_balancer() {
  balancer_->start({e2e::tally_program(), "balancer", "--listen",
                    net::Url{balancer_->address(), kBalancerPort}.authority(), "--lease", "1s",
                    "--insecure"});
}

void TallyCluster::start_server(const std::string& id) {
  Machine& machine = server(id);
  std::vector<std::string> command{e2e::tally_program(),
                                   "server",
                                   "--id",
                                   id,
                                   "--listen",
                                   url(id).authority(),
                                   "--balancer",
                                   net::Url{balancer_->address(), kBalancerPort}.text(),
                                   "--data",
                                   machine.disk().data(),
                                   "--share-interval",
                                   to_text(options_.share_interval),
                                   "--recovery-timeout",
                                   "2s",
                                   "--threads",
                                   "2",
                                   "--insecure"};
  if (!options_.ack.empty()) command.insert(command.end(), {"--ack", options_.ack});
  machine.start(command, options_.lying_disk ? std::vector<std::string>{"CHAOS_LYING_DISK=1"}
                                             : std::vector<std::string>{});
}

std::vector<std::string> TallyCluster::running() const {
  std::vector<std::string> running;
  for (const std::string& id : ids_) {
    if (servers_.at(id)->on()) running.push_back(id);
  }
  return running;
}

bool TallyCluster::ready() {
  const auto ids = running();
  return std::all_of(ids.begin(), ids.end(), [this](const std::string& id) {
    const auto answer = http_client_.send({.method = "GET", .server = url(id), .target = "/readyz"});
    return answer && answer->status == 200;
  });
}

std::optional<Marks> TallyCluster::marks(const std::string& id) {
  const auto answer = http_client_.send(
      {.method = "GET", .server = url(id), .target = "/v1/marks", .accept = "application/x-protobuf"});
  if (!answer || answer->status != 200) return std::nullopt;
  auto marks = decode_marks(answer->body);
  if (!marks) return std::nullopt;
  return std::move(*marks);
}

bool TallyCluster::spread(History& history, Duration limit) {
  const Instant before = net::BootClock::now();
  const Instant deadline = before + limit;
  const auto within = [&](auto condition) {
    return e2e::eventually(condition, std::max(Duration::zero(), deadline - net::BootClock::now()));
  };
  // An add of our own that waits for the disk: what was counted before it is sealed with it.
  for (const std::string& id : ids_) {
    if (!within([&] {
          const auto answer = http_client_.send(add_request(url(id), "beacon", 1, "disk"));
          return answer && answer->status == 200;
        }))
      return false;
  }
  std::map<StreamId, Sequence> known;
  for (const std::string& id : ids_) {
    const auto held = marks(id);
    if (!held) return false;
    for (const Mark& mark : held->marks) known[mark.stream] = std::max(known[mark.stream], mark.received);
  }
  for (const std::string& id : ids_) {
    if (!within([&] {
          const auto held = marks(id);
          if (!held) return false;
          std::map<StreamId, Sequence> durable;
          for (const Mark& mark : held->marks) durable[mark.stream] = mark.durable;
          return std::all_of(known.begin(), known.end(),
                             [&](const auto& one) { return durable[one.first] >= one.second; });
        }))
      return false;
  }
  history.spread(before, net::BootClock::now());
  return true;
}

std::optional<std::map<std::string, Int128>> TallyCluster::agree(Duration limit) {
  const auto ids = running();
  std::map<std::string, Int128> said;
  const bool agreed = e2e::eventually(
      [&] {
        said = http_.counters(url(ids.front()));
        return !said.empty() && std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
          return http_.counters(url(id)) == said;
        });
      },
      limit);
  if (!agreed) return std::nullopt;
  return said;
}

ClientHands TallyCluster::client(std::size_t home, std::vector<std::string> acks, std::uint64_t seed,
                                 std::optional<Ack> claim) const {
  std::vector<TallyClient::Server> servers;
  for (const std::string& id : ids_) servers.push_back({id, url(id)});
  const auto client =
      std::make_shared<TallyClient>(std::move(servers), home % ids_.size(), std::move(acks), seed, claim);
  return {[client](const Probes::Add& add) { return client->add(add); },
          [client](const std::string& counter) { return client->read(counter); }};
}

}  // namespace tally::chaos
