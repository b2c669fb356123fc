#include "sim/world.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"
#include "cluster/patience.h"
#include "sim/arithmetic_law.h"
#include "sim/convergence.h"
#include "sim/count_law.h"
#include "sim/gauge_law.h"
#include "sim/memory_law.h"
#include "sim/stop_law.h"

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
      network_(queue_, trace_, fork_random("network")),
      sabotage_(options.sabotage == nullptr ? honest_ : *options.sabotage),
      stream_laws_(verdict_),
      recovery_law_(verdict_),
      staleness_law_(verdict_),
      ledger_(options.counters_in_use, options.high_percent) {
  for (unsigned which = 0; which < options.directories; ++which) {
    directories_.push_back({std::make_unique<Directory>(queue_, kLeaseIntervals * options.interval)});
    network_.attach(directory_name(which), *directories_.back().directory);
  }
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
      for (Server* server : running()) staleness_law_.check(*server, queue_.now());
    }
    if (somebody_was_removed_) check_removals();
    if (++intervals_ % options_.intervals_between_checks == 0) check();
  }
}

// ---- servers

std::string World::url(const std::string& name) {
  return name.rfind(kDirectory, 0) == 0 ? name : "http://" + name;
}

std::string World::directory_name(std::size_t which) {
  return which == 0 ? kDirectory : fmt::format("{}-{}", kDirectory, which + 1);
}

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
  Server::Setup setup{id,
                      url(name),
                      replica,
                      {},
                      kLeaseIntervals * options_.interval / 3,
                      options_.disk_percent * options_.interval / 100};
  for (std::size_t which = 0; which < directories(); ++which)
    setup.directories.push_back(directory_name(which));
  Watcher& watcher = *this;
  auto server = std::make_unique<Server>(std::move(setup), queue_, trace_, network_, watcher, sabotage_);
  const auto [place, fresh] = servers_.emplace(name, std::move(server));
  TALLY_CHECK(fresh);
  place->second->disk().replace(std::move(on_disk));
  launch(name);
  return *place->second;
}

Server& World::restart(const std::string& name) {
  launch(name);
  return server(name);
}

void World::launch(const std::string& name) {
  Server& server = this->server(name);
  StreamId run{random_(), random_()};
  const StreamId first = first_runs_.try_emplace(server.setup().url, run).first->second;
  if (sabotage_.reuses_runs() && !server.setup().replica.has_disk) run = first;
  // Clocks of different machines, and of one machine before and after a restart, have nothing in common.
  const Instant shown{Duration(static_cast<Duration::rep>(random_.below(std::uint64_t{1} << 50)))};
  const auto drifts = 2 * static_cast<std::uint64_t>(options_.most_drift_ppm) + 1;
  const DriftingClock clock(queue_.now(), shown,
                            static_cast<int>(random_.below(drifts)) - options_.most_drift_ppm);
  recovery_law_.starts(server.setup().url, running(),
                       clock.when(shown + server.setup().replica.recovery_limit));
  if (belongs(name)) removal_law_.starts();
  move_law_.started(server.setup().url);
  server.start(run, clock);
}

void World::move(const std::string& name, const std::string& new_name) {
  const Server& server = this->server(name);
  TALLY_CHECK(!server.up());
  trace_.note("{} moves to {}", name, new_name);
  gone_.insert(name);
  ack_law_.moved(url(name), url(new_name));
  move_law_.moved(url(name), url(new_name));
  start(new_name, Disk::kept, server.setup().id, server.disk().content());
}

void World::crash(const std::string& name, bool commits_finish) { server(name).crash(commits_finish); }

void World::lose(const std::string& name) {
  trace_.note("{} is lost for good", name);
  gone_.insert(name);
  ack_law_.lost(server(name), now());
  if (server(name).up()) server(name).crash(false);
  something_was_lost();
}

void World::replace_disk(const std::string& name, MemoryStore disk) {
  TALLY_CHECK(!server(name).up());
  trace_.note("the disk of {} is replaced", name);
  ack_law_.lost(server(name), now());
  move_law_.lost_its_folder(url(name));
  server(name).disk().replace(std::move(disk));
  something_was_lost();
}

bool World::remove(const std::string& name) {
  const auto place = std::find_if(directories_.begin(), directories_.end(),
                                  [](const DirectoryPlace& directory) { return directory.up; });
  if (place == directories_.end()) return false;
  trace_.note("{} is removed", name);
  const ServerId& id = server(name).setup().id;
  for (const auto& [other, server] : servers_) {
    if (server->setup().id != id) continue;
    gone_.insert(other);
    ack_law_.removed(*server);
  }
  place->directory->remove(id);
  somebody_was_removed_ = true;
  something_was_lost();
  return true;
}

void World::start_liar(const std::string& name) {
  if (liar_ == nullptr) {
    liar_ = std::make_unique<Liar>(
        Member{ServerId::parse("liar").value(), StreamId{random_(), random_()}, url("liar")});
    network_.attach(liar_->self().url, *liar_);
  }
  trace_.note("a liar joins, says somebody to {}", name);
  server(name).tell({liar_->self()}, {});
}

void World::poison(const std::string& name, Poison poison) {
  Server& victim = server(name);
  if (victim.paused()) return;  // it would see it later, and know more by then
  auto share = make(poison, *victim.replica());
  if (!share) return;
  trace_.note("{} is sent poison {}", name, static_cast<int>(poison));
  victim.ask(PeerRequest::PushShare{std::move(*share)}, [this, name, poison](const Answer& answer) {
    if (answer) verdict_.broke("Poison was taken: {} took kind {}.", name, static_cast<int>(poison));
    const Replica* replica = server(name).replica();
    if (replica != nullptr && replica->members().peers().contains({poisoner().id, poisoner().url})) {
      verdict_.broke("Poison was taken: its sender is a member for {}.", name);
    }
  });
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
  Client::Setup setup{url(name), {}, most_pause, kAckPatience + kPatienceIntervals * options_.interval};
  for (std::size_t which = 0; which < directories(); ++which)
    setup.directories.push_back(directory_name(which));
  clients_.push_back(
      std::make_unique<Client>(std::move(setup), queue_, network_, ledger_, fork_random("client " + name)));
  clients_.back()->begin();
  return *clients_.back();
}

void World::add_one(const std::string& name) {
  const Add add = ledger_.next(random_, {});
  server(name).add(add) ? ledger_.acknowledged(add, {}) : ledger_.refused(add);
}

void World::stop_clients() {
  for (const auto& client : clients_) client->stop();
}

void World::crash_directory(std::size_t which) {
  trace_.note("{} ends", directory_name(which));
  directories_[which].up = false;
  network_.detach(directory_name(which));
}

void World::restart_directory(std::size_t which) {
  trace_.note("{} starts, empty", directory_name(which));
  directories_[which].directory->forget_everything();
  directories_[which].up = true;
  network_.attach(directory_name(which), *directories_[which].directory);
}

void World::cut(const std::string& from, const std::string& to) {
  trace_.note("nothing passes from {} to {}", from, to);
  network_.cut(url(from), url(to));
}

void World::slow_down(const std::string& name, Duration most) {
  trace_.note("{} takes up to {} longer", name, to_text(most));
  network_.slow_down(url(name), most);
}

std::vector<std::string> World::everybody() const {
  std::vector<std::string> names;
  for (std::size_t which = 0; which < directories(); ++which) names.push_back(directory_name(which));
  for (const auto& [name, server] : servers_) names.push_back(name);
  names.insert(names.end(), client_names_.begin(), client_names_.end());
  return names;
}

std::optional<std::string> World::difference() const { return sim::difference(running(), counters_); }

void World::check() {
  const std::vector<Server*> up = running();
  for (Server* server : up) stream_laws_.check(*server);
  for (const Server* server : up) {
    check_gauge(*server, stream_laws_, verdict_);
    check_memory(*server, verdict_);
  }
}

void World::check_removals() {
  note_all_marks();
  std::vector<Server*> up;
  for (const auto& [name, server] : servers_) {
    if (server->up()) up.push_back(server.get());
  }
  removal_law_.check(stream_laws_, up, running(), verdict_);
}

void World::check_freshness() {
  for (Server* server : running()) staleness_law_.check_that_it_is_fresh(*server, running(), queue_.now());
  move_law_.check(running(), verdict_);
}

void World::settle() {
  check();
  if (!verdict_.ok() || running().empty()) return;
  const Holdings& holder = running().front()->replica()->holdings();
  ack_law_.check(ledger_, holder, verdict_);
  loss_law_.check(stream_laws_.written(), holder, verdict_);
  check_counts(ledger_, running(), verdict_);
}

void World::acted(const Server& server) { stream_laws_.write_down(server); }

void World::became_ready(const Server& server) {
  recovery_law_.becomes_ready(server, running(), queue_.now());
}

void World::asked_to_add(const Server& server, const Add& add, const Shown& before,
                         const Result<Added>& added) {
  check_arithmetic(server, add, before, added, verdict_);
  if (!added) return;
  counters_.insert(add.counter);
  const Counted counted{server.replica()->members().self().run, added->ticket};
  staleness_law_.counted(server, counted, now());
  ledger_.counted(add, {counted, server.setup().url, server.setup().id, now()}, verdict_);
}

void World::note_all_marks() {
  for (const auto& [name, server] : servers_) {
    if (server->up()) stream_laws_.note_marks(*server);
  }
}

void World::stops_in_time(const Server& server) {
  note_all_marks();
  check_stop(server, stream_laws_, verdict_);
  move_law_.stopped(server.setup().url);
}

void World::ends(const Server& server) { stream_laws_.note_marks(server); }

void World::ended(const Server& server) {
  if (!server.setup().replica.has_disk) ack_law_.lost(server, now());
  something_was_lost();
}

void World::warned(const Server& server, const std::string& warning) {
  warnings_.push_back(server.setup().url + ": " + warning);
}

}  // namespace tally::sim
