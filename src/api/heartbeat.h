// PUT /v1/servers/{id}: what a counting server tells a balancer every third of the lease, and what it hears
// back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/member.h"
#include "base/result.h"

namespace tally {

// Who belongs to the cluster, as one of them knows it. Exchanged both ways, and merged by whoever hears it.
struct Membership {
  std::vector<Member> members;
  std::vector<ServerId> removed;  // for good: only this shrinks the list of members

  bool operator==(const Membership&) const = default;
};

// The server's id is in the path.
struct Heartbeat {
  std::string url;  // where clients and servers reach it: "http://127.0.0.1:7071"
  ServerState state;
  StreamId run;
  Membership known;

  bool operator==(const Heartbeat&) const = default;
};

// {"url","state","run","members":[{"id","run","url"}],"removed":["x"]}. The writers append; the readers'
// errors are Errc::malformed (not JSON) and Errc::invalid (a field is missing or is something else).
void append_heartbeat(std::string& out, const Heartbeat& heartbeat);
Result<Heartbeat> read_heartbeat(std::string_view body);

struct HeartbeatAnswer {
  Membership known;
  std::int64_t lease_ms;  // a server that is silent for this long is down; at least 1
  // The balancer has not been up for a lease yet: there may be servers that it has not heard.
  bool young = false;

  bool operator==(const HeartbeatAnswer&) const = default;
};

// {"members","removed","lease_ms"}, and "young":true where it is so; errors as above.
void append_heartbeat_answer(std::string& out, const HeartbeatAnswer& answer);
Result<HeartbeatAnswer> read_heartbeat_answer(std::string_view body);

}  // namespace tally
