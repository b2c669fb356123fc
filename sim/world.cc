#include "sim/world.h"

#include "base/check.h"
#include "base/hash.h"
#include "cluster/patience.h"
#include "sim/convergence.h"

namespace tally::sim {

namespace {
constexpr unsigned kLeaseIntervals = 6;
constexpr unsigned kStagingIntervals = 4;   // how long the next part of a share is waited for
constexpr unsigned kRecoveryIntervals = 5;  // the limit of a recovery
constexpr int kLooksPerInterval = 4;        // at what servers say of their freshness
constexpr const char* kDirectory = "directory";
}  // namespace

World::World(const Options& options)
    : options_(options),
      random_(fork_random("world")),
      trace_(queue_, Trace::Kept::hash, options.trace),
      network_(queue_, trace_, fork_random("network"), kPatienceIntervals * options.interval),
      directory_(queue_, kLeaseIntervals * options.interval),
      stream_laws_(verdict_),
      recovery_law_(verdict_),
      staleness_law_(verdict_),
      ledger_(options.counters_in_use) {
  network_.attach(kDirectory, directory_);
}

World::~World() = default;

// Each purpose has its own, so that one part drawing more often changes nothing for the others.
Random World::fork_random(std::string_view purpose) const {
  return Random(Hash64().add(options_.seed).add(purpose).value());
}

void World::pass(unsigned count) {
  const auto go_on = [this] { return verdict_.ok(); };
  for (; count > 0 && verdict_.ok(); --count) {
    for (int look = 0; look < kLooksPerInterval; ++look) {
      queue_.run_until(queue_.now() + options_.interval / kLooksPerInterval, go_on);
      staleness_law_.look(holders(), queue_.now());
      for (Server* server : running()) staleness_law_.check(*server);
    }
    if (++intervals_ % options_.intervals_between_checks == 0) check();
  }
}

// ---- servers

std::string World::url(const std::string& name) { return name == kDirectory ? name : "http://" + name; }

Server& World::start(const std::string& name, Disk disk) {
  return start(name, disk, ServerId::parse(name).value());
}

Server& World::start(const std::string& name, Disk disk, const ServerId& id, MemoryStore on_disk) {
  ReplicaOptions replica;
  replica.share_interval = options_.interval;
  replica.recovery_limit = kRecoveryIntervals * options_.interval;
  replica.part_bytes = options_.part_bytes;
  replica.staging = {options_.staged_bytes, kStagingIntervals * options_.interval};
  replica.has_disk = disk == Disk::kept;
  Server::Setup setup{
      id, url(name), replica, kDirectory, kLeaseIntervals * options_.interval / 3, options_.interval / 50};
  Watcher& watcher = *this;
  auto server =
      std::make_unique<Server>(std::move(setup), queue_, trace_, network_, watcher, options_.sabotage);
  const auto [place, fresh] = servers_.emplace(name, std::move(server));
  TALLY_CHECK(fresh);
  place->second->replace_disk(std::move(on_disk));
  launch(*place->second);
  return *place->second;
}

Server& World::restart(const std::string& name) {
  launch(server(name));
  return server(name);
}

void World::launch(Server& server) {
  StreamId run{random_(), random_()};
  const StreamId first = first_runs_.try_emplace(server.setup().url, run).first->second;
  const bool reuses = options_.sabotage != nullptr && options_.sabotage->reuses_runs();
  if (reuses && !server.setup().replica.has_disk) run = first;
  // Clocks of different machines, and of one machine before and after a restart, have nothing in common.
  const Instant clock{Duration(static_cast<Duration::rep>(random_.below(std::uint64_t{1} << 50)))};
  recovery_law_.starts(server.setup().url, running(), queue_.now() + server.setup().replica.recovery_limit);
  server.start(run, clock);
}

void World::crash(const std::string& name, bool commits_finish) { server(name).crash(commits_finish); }

void World::lose(const std::string& name) {
  trace_.note("{} is lost for good", name);
  gone_.insert(name);
  loss_law_.disk_lost(server(name).disk());
  if (server(name).up()) server(name).crash(false);
  something_was_lost();
}

void World::replace_disk(const std::string& name, MemoryStore disk) {
  TALLY_CHECK(!server(name).up());
  trace_.note("the disk of {} is replaced", name);
  loss_law_.disk_lost(server(name).disk());
  server(name).replace_disk(std::move(disk));
  something_was_lost();
}

void World::remove(const std::string& name) {
  trace_.note("{} is removed", name);
  const ServerId& id = server(name).setup().id;
  for (const auto& [other, place] : servers_) {
    if (place->setup().id != id) continue;
    gone_.insert(other);
    loss_law_.disk_lost(place->disk());
  }
  directory_.remove(id);
  something_was_lost();
}

std::vector<Server*> World::running() const {
  std::vector<Server*> running;
  for (const auto& [name, server] : servers_) {
    if (server->up() && belongs(name)) running.push_back(server.get());
  }
  return running;
}

std::vector<Server*> World::holders() const {
  std::vector<Server*> holders;
  for (const auto& [name, server] : servers_) {
    if (belongs(name)) holders.push_back(server.get());
  }
  return holders;
}

void World::something_was_lost() { loss_law_.lost_something(stream_laws_.written(), holders()); }

// ---- everything else

Client& World::add_client(const std::string& name, Duration most_pause) {
  client_names_.insert(name);
  Client::Setup setup{url(name), kDirectory, most_pause};
  clients_.push_back(
      std::make_unique<Client>(std::move(setup), queue_, network_, ledger_, fork_random("client " + name)));
  clients_.back()->begin();
  return *clients_.back();
}

void World::add_one(const std::string& name) {
  const Add add = ledger_.next(random_);
  server(name).add(add) ? ledger_.acknowledged(add) : ledger_.refused(add);
}

void World::stop_clients() {
  for (const auto& client : clients_) client->stop();
}

void World::crash_directory() {
  trace_.note("the directory ends");
  directory_up_ = false;
  network_.detach(kDirectory);
}

void World::restart_directory() {
  trace_.note("the directory starts, empty");
  directory_.forget_everything();
  directory_up_ = true;
  network_.attach(kDirectory, directory_);
}

void World::cut(const std::string& from, const std::string& to) {
  trace_.note("nothing passes from {} to {}", from, to);
  network_.cut(url(from), url(to));
}

std::vector<std::string> World::everybody() const {
  std::vector<std::string> names{kDirectory};
  for (const auto& [name, server] : servers_) names.push_back(name);
  names.insert(names.end(), client_names_.begin(), client_names_.end());
  return names;
}

std::optional<std::string> World::difference() const { return sim::difference(running(), counters_); }

void World::check() {
  for (Server* server : running()) stream_laws_.check(*server);
}

void World::check_freshness() {
  for (Server* server : running()) staleness_law_.check_that_it_is_fresh(*server, running(), queue_.now());
}

void World::settle() {
  check();
  if (verdict_.ok() && !running().empty()) {
    loss_law_.settle(stream_laws_.written(), ledger_, running(), verdict_);
  }
}

void World::acted(const Server& server) { stream_laws_.write_down(server); }

void World::became_ready(const Server& server) {
  recovery_law_.becomes_ready(server, running(), queue_.now());
}

void World::counted(const Server& server, const Add& add, const Counted& counted) {
  counters_.insert(add.counter);
  staleness_law_.counted(server, counted, queue_.now());
  ledger_.counted(add, counted, server.setup().replica.has_disk, verdict_);
}

void World::ended(const Server&) { something_was_lost(); }

void World::warned(const Server& server, const std::string& warning) {
  warnings_.push_back(server.setup().url + ": " + warning);
}

}  // namespace tally::sim
