// Balancers and counting servers that do as a test says, and a clock that only pauses move.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/failover_client.h"
#include "client/transport.h"
#include "net/http_client.h"

namespace tally {

// What a server does with a request.
enum class Mood {
  serves,
  refuses_connections,   // nobody listens there
  starting,              // 503
  counts_and_is_silent,  // no answer, though it counted
  answers_nonsense,      // 200, though it counted
};

struct FakeServer {
  std::string id;
  Mood mood = Mood::serves;
  ServerState announced = ServerState::ready;  // what the balancers say of it
  std::map<std::string, std::int64_t> counted{};
  std::size_t adds = 0;  // requests
};

class FakeWorld {
 public:
  // Servers "a", "b" ... at ports 7071, 7072 ...; a balancer at 7070, another at 7069. They assign "a".
  explicit FakeWorld(std::size_t servers);

  FakeServer& server(const std::string& id);
  // The sum over all servers.
  std::int64_t counted(const std::string& name) const;

  std::unique_ptr<Transport> transport();
  FailoverClient client();  // of the balancer at 7070
  FailoverClient client_of_both_balancers();

  Instant now{};
  std::string assigned = "a";
  std::int64_t valid_for_ms = 60'000;
  bool first_balancer_up = true;
  bool second_balancer_up = true;
  std::uint16_t port_of_all = 0;  // if not 0, balancers say that all servers are there
  std::size_t questions_to_balancers = 0;
  std::size_t fresh_reads = 0;
  std::vector<ServerId> missing{};  // whom all reads lack
  std::size_t pauses = 0;
  std::size_t guarded = 0;  // requests that a guard before it saw
  std::function<void()> before_each_request = [] {};

  Result<net::ClientResponse> answer(const net::ClientRequest& request);

 private:
  net::ClientResponse balancer_answer(const net::ClientRequest& request);
  static void list(const FakeServer& server, const ListQuery& query, std::string& body);
  net::ClientResponse server_answer(FakeServer& server, const net::ClientRequest& request);

  std::map<std::uint16_t, FakeServer> servers_;
};

}  // namespace tally
