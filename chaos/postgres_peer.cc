#include "chaos/postgres_peer.h"

#include <charconv>
#include <fstream>
#include <stdexcept>

namespace tally::chaos {

namespace {

namespace fs = std::filesystem;

constexpr Duration kPatience = e2e::seconds(30);

// It refuses to run as root, so it runs as somebody who is root outside. All its processes end with the first
// of them, and its shared memory with it.
std::vector<std::string> as_nobody(std::vector<std::string> command) {
  command.insert(command.begin(), {"unshare", "--user", "--map-user=1000", "--map-group=1000", "--ipc",
                                   "--pid", "--fork", "--kill-child"});
  return command;
}

}  // namespace

fs::path PostgresPeer::program() {
  fs::path newest;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const fs::path server = version.path() / "bin/postgres";
    if (fs::exists(server)) newest = std::max(newest, server);
  }
  return newest;
}

PostgresPeer::PostgresPeer(Network& network, const fs::path& folder, const std::string& synchronous_commit)
    : server_(network, folder, "postgres") {
  const std::string data = server_.disk().data();
  const auto made = e2e::run(as_nobody({program().parent_path() / "initdb", "--pgdata", data, "--auth",
                                        "trust", "--username", "tally", "--wal-segsize", "1", "--no-sync"}));
  if (made.status != 0) throw std::runtime_error("initdb failed: " + made.err);
  std::ofstream(data + "/pg_hba.conf", std::ios::app) << "host all all 0.0.0.0/0 trust\n";
  std::ofstream(data + "/postgresql.conf", std::ios::app)
      << "synchronous_commit = " << synchronous_commit
      << "\nfsync = on\nfull_page_writes = on\nunix_socket_directories = ''\n"
         "shared_buffers = 8MB\nmin_wal_size = 2MB\nmax_wal_size = 8MB\ndynamic_shared_memory_type = mmap\n";
  start();
  if (!connection().ask("CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL)"))
    throw std::runtime_error("PostgreSQL makes no table");
  server_.disk().settle();
}

void PostgresPeer::start() {
  server_.start(as_nobody({program(), "-D", server_.disk().data(), "-c",
                           "listen_addresses=" + server_.address(), "-c", "port=" + std::to_string(kPort)}));
  if (!e2e::eventually([this] { return connection().ask("SELECT 1").has_value(); }, kPatience))
    throw std::runtime_error("PostgreSQL does not answer; " + server_.complaint());
}

void PostgresPeer::kill() {
  const std::string pid = std::to_string(server_.pid());
  std::string first;  // of its processes: it is gone once the others are
  std::ifstream("/proc/" + pid + "/task/" + pid + "/children") >> first;
  server_.kill();
  if (!e2e::eventually([&] { return !fs::exists("/proc/" + first); }))
    throw std::runtime_error("PostgreSQL does not die");
}

std::vector<Asker> PostgresPeer::askers(std::size_t clients) {
  std::vector<Asker> askers;
  for (std::size_t i = 0; i < clients; ++i) {
    const auto client = std::make_shared<PostgresConnection>(connection());
    askers.push_back([client](const Probes::Add& add) {
      Attempt attempt{.server = "postgres"};
      const auto reply =
          client->ask("INSERT INTO counters VALUES ('" + add.counter + "', " + std::to_string(add.delta) +
                      ") ON CONFLICT (name) DO UPDATE SET value = counters.value + EXCLUDED.value");
      if (reply) {
        attempt.told = Attempt::Told::acknowledged;
      } else if (reply.error().code != Errc::unknown_outcome) {
        attempt.told = Attempt::Told::refused;
      }
      return attempt;
    });
  }
  return askers;
}

void PostgresPeer::kill_and_restart() {
  kill();
  start();
}

void PostgresPeer::cut_power_of_one() {
  kill();
  server_.disk().cut_power();
  start();
}

std::optional<std::map<std::string, Int128>> PostgresPeer::values(const std::vector<std::string>& counters) {
  std::map<std::string, Int128> values;
  PostgresConnection postgres = connection();
  for (const std::string& counter : counters) {
    const auto text = postgres.ask("SELECT value FROM counters WHERE name = '" + counter + "'");
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text->data(), text->data() + text->size(), value);
    values[counter] = value;
  }
  return values;
}

}  // namespace tally::chaos
