// What a request asks for, and what whoever sends it must be allowed: its method and path, looked up in one
// table for each program.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "api/scopes.h"
#include "base/http_method.h"
#include "base/result.h"

namespace tally {

enum class Program : std::uint8_t { counting_server, balancer };

enum class Action : std::uint8_t {
  // Of a counting server.
  add,            // POST /v1/counters/{name}
  read_counter,   // GET  /v1/counters/{name}
  add_batch,      // POST /v1/counters
  list_counters,  // GET  /v1/counters
  show_tree,      // GET  /v1/trees/{name}
  take_share,     // POST /v1/shares
  show_marks,     // GET  /v1/marks
  show_stream,    // GET  /v1/streams/{stream}
  show_stats,     // GET  /v1/stats
  // Of a balancer.
  redirect,        // all that clients may ask of a counting server
  assign,          // GET    /v1/assignment
  list_servers,    // GET    /v1/servers
  take_heartbeat,  // PUT    /v1/servers/{id}
  remove_server,   // DELETE /v1/servers/{id}
  watch,           // GET    /v1/events
  pass_on_add,     // POST   /v1/dashboard/counters/{name}
  show_dashboard,  // GET    / and what it consists of
  // Of both.
  tell_alive,    // GET /livez
  tell_ready,    // GET /readyz
  show_metrics,  // GET /metrics
  describe,      // GET /openapi.json
};

// HEAD asks what GET asks; whoever answers leaves out the body.
struct Route {
  Action action;
  Scopes demands;            // one of these
  std::string_view subject;  // the {name} decoded and valid; the {stream} or {id} as sent
  std::string_view query;    // as sent
};

// The subject lies in `target`, or in `scratch` where it had to be decoded; without that, nothing is
// allocated. Errc::no_such_path; Errc::method_not_allowed (see allowed_methods()); Errc::malformed for a bad
// %XX, and Errc::invalid for a bad name.
Result<Route> find_route(Program program, Method method, std::string_view target, std::string& scratch);

// What an Allow header says of this path (RFC 9110, section 10.2.1): "GET, HEAD, POST". Empty where nothing
// is served.
std::string allowed_methods(Program program, std::string_view target);

// All that the program serves: "GET, HEAD, POST" by "/v1/counters/", whose slash a subject follows.
std::map<std::string_view, std::string> served_paths(Program program);

}  // namespace tally
