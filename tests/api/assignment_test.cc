#include "api/assignment.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tally {
namespace {

ServerId server(std::string_view text) { return ServerId::parse(text).value(); }

TEST(Assignment, ReadsBackAsItWasWritten) {
  const Assignment assignment{server("a"), "http://127.0.0.1:7071", 60000};
  std::string body;
  append_assignment(body, assignment);
  EXPECT_EQ(body, R"({"server":{"id":"a","url":"http://127.0.0.1:7071"},"valid_for_ms":60000})");
  EXPECT_EQ(read_assignment(body).value(), assignment);
}

TEST(Assignment, IsRefusedWhereAFieldIsMissingOrWrong) {
  EXPECT_EQ(read_assignment("<html>").error().code, Errc::malformed);
  for (const char* body :
       {"{}", "[]", R"({"server":null,"valid_for_ms":1})", R"({"server":{"id":"a"},"valid_for_ms":1})",
        R"({"server":{"id":"a","url":"x"},"valid_for_ms":1})",
        R"({"server":{"id":"","url":"http://a"},"valid_for_ms":1})",
        R"({"server":{"id":"a","url":"http://a"}})",
        R"({"server":{"id":"a","url":"http://a"},"valid_for_ms":-1})",
        R"({"server":{"id":"a","url":"http://a"},"valid_for_ms":1.5})",
        R"({"server":{"id":"a","url":"http://a"},"valid_for_ms":9223372036854775808})"}) {
    EXPECT_EQ(read_assignment(body).error().code, Errc::invalid) << body;
  }
}

TEST(ServerList, ReadsBackAsItWasWritten) {
  Random random(1);
  for (std::size_t size = 0; size < 20; ++size) {
    std::vector<ListedServer> servers;
    for (std::size_t i = 0; i < size; ++i) {
      servers.push_back({server("s" + std::to_string(i)), "http://h:" + std::to_string(7000 + i),
                         static_cast<ServerState>(i % 4), static_cast<std::int64_t>(random() >> 1)});
    }
    std::string body;
    append_server_list(body, servers);
    EXPECT_EQ(read_server_list(body).value(), servers) << body;
  }
}

TEST(ServerList, IsAsTheContractShowsIt) {
  std::string body;
  const ListedServer servers[] = {{server("a"), "http://127.0.0.1:7071", ServerState::ready, 120}};
  append_server_list(body, servers);
  EXPECT_EQ(body,
            R"({"servers":[{"id":"a","url":"http://127.0.0.1:7071","state":"ready","last_seen_ms":120}]})");
}

TEST(ServerList, IsRefusedWhereAFieldIsMissingOrWrong) {
  EXPECT_EQ(read_server_list("{").error().code, Errc::malformed);
  for (const char* body : {"{}", R"({"servers":{}})", R"({"servers":[1]})", R"({"servers":[{"id":"a"}]})",
                           R"({"servers":[{"id":"a","url":"http://a","state":"ready"}]})"}) {
    EXPECT_EQ(read_server_list(body).error().code, Errc::invalid) << body;
  }
}

}  // namespace
}  // namespace tally
