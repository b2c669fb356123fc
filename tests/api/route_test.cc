#include "api/route.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

Result<Route> route_to_server(Method method, std::string_view target) {
  static std::string scratch;  // a Route may look into it
  return find_route(Program::counting_server, method, target, scratch);
}

Result<Route> route_to_balancer(Method method, std::string_view target) {
  std::string scratch;
  return find_route(Program::balancer, method, target, scratch);
}

TEST(Route, EveryPathOfACountingServerLeadsSomewhere) {
  struct Case {
    Method method;
    std::string_view target;
    Action action;
    std::string_view subject;
  };
  for (const Case& c : {Case{Method::post, "/v1/counters/x", Action::add, "x"},
                        Case{Method::get, "/v1/counters/x", Action::read_counter, "x"},
                        Case{Method::post, "/v1/counters", Action::add_batch, ""},
                        Case{Method::get, "/v1/counters", Action::list_counters, ""},
                        Case{Method::get, "/v1/trees/x", Action::show_tree, "x"},
                        Case{Method::post, "/v1/shares", Action::take_share, ""},
                        Case{Method::get, "/v1/marks", Action::show_marks, ""},
                        Case{Method::get, "/v1/streams/00ff", Action::show_stream, "00ff"},
                        Case{Method::get, "/livez", Action::tell_alive, ""},
                        Case{Method::get, "/readyz", Action::tell_ready, ""},
                        Case{Method::get, "/metrics", Action::show_metrics, ""},
                        Case{Method::get, "/openapi.json", Action::describe, ""}}) {
    const Route route = route_to_server(c.method, c.target).value();
    EXPECT_EQ(route.action, c.action) << c.target;
    EXPECT_EQ(route.subject, c.subject) << c.target;
    EXPECT_EQ(route.query, "");
  }
}

TEST(Route, EveryPathOfABalancerLeadsSomewhere) {
  struct Case {
    Method method;
    std::string_view target;
    Action action;
  };
  for (const Case& c :
       {Case{Method::get, "/v1/assignment?client=me", Action::assign},
        Case{Method::get, "/v1/servers", Action::list_servers},
        Case{Method::put, "/v1/servers/a", Action::take_heartbeat},
        Case{Method::del, "/v1/servers/a", Action::remove_server},
        Case{Method::post, "/v1/counters/x", Action::redirect},
        Case{Method::get, "/v1/counters/x", Action::redirect},
        Case{Method::post, "/v1/counters", Action::redirect},
        Case{Method::get, "/v1/counters?limit=1", Action::redirect},
        Case{Method::get, "/v1/trees/x", Action::redirect}, Case{Method::get, "/livez", Action::tell_alive},
        Case{Method::get, "/readyz", Action::tell_ready}, Case{Method::get, "/metrics", Action::show_metrics},
        Case{Method::get, "/openapi.json", Action::describe}}) {
    EXPECT_EQ(route_to_balancer(c.method, c.target).value().action, c.action) << c.target;
  }
  EXPECT_EQ(route_to_balancer(Method::put, "/v1/servers/a").value().subject, "a");
  EXPECT_EQ(route_to_balancer(Method::get, "/v1/assignment?client=me").value().query, "client=me");
}

// What each path demands of whoever asks, in full: a path that is not named here is one that nobody has
// thought about.
TEST(Route, DemandsWhatItsPathIsWorth) {
  struct Case {
    Method method;
    std::string_view target;
    Scopes demands;
  };
  for (const Case& c :
       {Case{Method::get, "/v1/counters/x", kForReaders}, Case{Method::post, "/v1/counters/x", kForWriters},
        Case{Method::get, "/v1/counters", kForReaders}, Case{Method::post, "/v1/counters", kForWriters},
        Case{Method::get, "/v1/trees/x", kForReaders}, Case{Method::post, "/v1/shares", kForServers},
        Case{Method::get, "/v1/marks", kForServers}, Case{Method::get, "/v1/streams/x", kForServers},
        Case{Method::get, "/livez", kForAnyone}, Case{Method::get, "/readyz", kForAnyone},
        Case{Method::get, "/metrics", kForReaders}}) {
    EXPECT_EQ(route_to_server(c.method, c.target).value().demands, c.demands) << c.target;
  }
  for (const Case& c :
       {Case{Method::get, "/v1/counters/x", kForReaders}, Case{Method::post, "/v1/counters/x", kForWriters},
        Case{Method::get, "/v1/counters", kForReaders}, Case{Method::post, "/v1/counters", kForWriters},
        Case{Method::get, "/v1/trees/x", kForReaders}, Case{Method::get, "/v1/assignment", kForAnyToken},
        Case{Method::get, "/v1/servers", kForAnyToken}, Case{Method::put, "/v1/servers/a", kForServers},
        Case{Method::del, "/v1/servers/a", kForAdmins}, Case{Method::get, "/livez", kForAnyone},
        Case{Method::get, "/readyz", kForAnyone}, Case{Method::get, "/metrics", kForReaders}}) {
    EXPECT_EQ(route_to_balancer(c.method, c.target).value().demands, c.demands) << c.target;
  }
}

TEST(Route, OnlyHealthIsForAnyone) {
  for (const char* path : {"/v1/counters/x", "/v1/counters", "/v1/trees/x", "/v1/shares", "/v1/marks",
                           "/v1/streams/x", "/metrics", "/v1/assignment", "/v1/servers", "/v1/servers/a"}) {
    for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::del}) {
      for (const auto& route : {route_to_server(method, path), route_to_balancer(method, path)}) {
        EXPECT_TRUE(!route || !route->demands.has_any_of(kForAnyone)) << path;
        EXPECT_TRUE(!route || route->demands != Scopes{}) << path;
      }
    }
  }
}

TEST(Route, ANameIsAllThatFollowsDecodedOnce) {
  struct Case {
    std::string_view target, name;
  };
  for (const Case& c :
       {Case{"/v1/counters/a/b//c/", "a/b//c/"}, Case{"/v1/counters/a%2Fb", "a/b"},
        Case{"/v1/counters//", "/"}, Case{"/v1/counters/%2541", "%41"}, Case{"/v1/counters/a+b", "a+b"},
        Case{"/v1/counters/a%20b", "a b"}, Case{"/v1/counters/%C3%A9", "é"}, Case{"/v1/counters/é", "é"},
        Case{"/v1/counters/..", ".."}, Case{"/v1/counters/a%3Fb?ack=disk", "a?b"},
        Case{"http://host:1/v1/counters/a", "a"}}) {
    EXPECT_EQ(route_to_server(Method::post, c.target).value().subject, c.name) << c.target;
  }
}

TEST(Route, APlainNameLiesInTheTarget) {
  const std::string_view target = "/v1/counters/page-views?ack=disk";
  EXPECT_EQ(route_to_server(Method::post, target).value().subject.data(), target.data() + 13);
}

TEST(Route, ABadNameIsSaidToBeBad) {
  for (const std::string& target : {std::string("/v1/counters/"), std::string("/v1/counters/a%0Ab"),
                                    std::string("/v1/counters/%00"), std::string("/v1/counters/%ff"),
                                    std::string("/v1/trees/%c3"), "/v1/counters/" + std::string(256, 'x')}) {
    EXPECT_EQ(route_to_server(Method::get, target).error().code, Errc::invalid) << target;
  }
  EXPECT_EQ(route_to_server(Method::get, "/v1/counters/" + std::string(255, 'x')).value().subject.size(),
            255U);
  EXPECT_EQ(route_to_server(Method::post, "/v1/counters/100%").error().code, Errc::malformed);
}

TEST(Route, ARedirectLeavesTheNameToTheCountingServer) {
  for (const char* target : {"/v1/counters/%ff", "/v1/counters/100%", "/v1/counters/a%2Fb?x"}) {
    EXPECT_EQ(route_to_balancer(Method::post, target).value().action, Action::redirect) << target;
  }
}

TEST(Route, NothingIsServedAtOtherPaths) {
  for (const char* target : {"", "/", "*", "/v1", "/v1/", "/v1/counter", "/v1/counters2", "/V1/counters/x",
                             "/v1//counters/x", "/v1/trees", "/v1/marks/", "/livez/", "/v1/c%6Funters/x",
                             "/v1/servers", "/v2/counters/x", "//v1/counters/x"}) {
    const auto route = route_to_server(Method::get, target);
    ASSERT_FALSE(route) << target;
    EXPECT_EQ(route.error().code, Errc::no_such_path) << target;
    EXPECT_EQ(allowed_methods(Program::counting_server, target), "");
  }
  EXPECT_EQ(route_to_balancer(Method::get, "/v1/marks").error().code, Errc::no_such_path);
  EXPECT_EQ(route_to_balancer(Method::get, "/v1/servers2").error().code, Errc::no_such_path);
}

TEST(Route, HeadWorksWhereGetDoes) {
  for (const char* target : {"/v1/counters/x", "/v1/counters", "/v1/trees/x", "/v1/marks", "/livez"}) {
    EXPECT_EQ(route_to_server(Method::head, target).value().action,
              route_to_server(Method::get, target).value().action);
  }
  EXPECT_EQ(route_to_server(Method::head, "/v1/shares").error().code, Errc::method_not_allowed);
}

TEST(Route, AWrongMethodLearnsTheRightOnes) {
  struct Case {
    Program program;
    Method method;
    std::string_view target, allowed;
  };
  for (const Case& c : {Case{Program::counting_server, Method::put, "/v1/counters/x", "GET, HEAD, POST"},
                        Case{Program::counting_server, Method::del, "/v1/counters", "GET, HEAD, POST"},
                        Case{Program::counting_server, Method::other, "/livez?x", "GET, HEAD"},
                        Case{Program::counting_server, Method::get, "/v1/shares", "POST"},
                        Case{Program::counting_server, Method::post, "/v1/trees/x", "GET, HEAD"},
                        Case{Program::balancer, Method::get, "/v1/servers/a", "PUT, DELETE"},
                        Case{Program::balancer, Method::post, "/v1/assignment", "GET, HEAD"}}) {
    std::string scratch;
    const auto route = find_route(c.program, c.method, c.target, scratch);
    ASSERT_FALSE(route) << c.target;
    EXPECT_EQ(route.error().code, Errc::method_not_allowed);
    EXPECT_NE(route.error().detail.find(c.allowed), std::string::npos) << route.error().detail;
    EXPECT_EQ(allowed_methods(c.program, c.target), c.allowed);
  }
}

}  // namespace
}  // namespace tally
