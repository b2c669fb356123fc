// GET /v1/assignment and GET /v1/servers: which counting servers a balancer knows, and which one is mine.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/member.h"
#include "base/result.h"

namespace tally {

struct Assignment {
  ServerId id;
  std::string url;            // "http://127.0.0.1:7071"
  std::int64_t valid_for_ms;  // then ask again; a server that fails may be reported and replaced earlier

  bool operator==(const Assignment&) const = default;
};

// {"server":{"id","url"},"valid_for_ms":60000}. The reader's errors are Errc::malformed (not JSON) and
// Errc::invalid (a field is missing or is something else).
void append_assignment(std::string& out, const Assignment& assignment);
Result<Assignment> read_assignment(std::string_view body);

struct ListedServer {
  ServerId id;
  std::string url;
  ServerState state;
  std::int64_t last_seen_ms;  // since its last heartbeat

  bool operator==(const ListedServer&) const = default;
};

// {"servers":[{"id","url","state","last_seen_ms"}]}; errors as above.
void append_server_list(std::string& out, std::span<const ListedServer> servers);
Result<std::vector<ListedServer>> read_server_list(std::string_view body);

}  // namespace tally
