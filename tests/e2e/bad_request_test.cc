// Bad input of every kind: the right status, a problem, nothing counted, and the server goes on.
#include <boost/crc.hpp>

#include "tests/e2e/contract.h"
#include "tests/net/support.h"

namespace tally::e2e {
namespace {

using BadRequests = TheContract;

constexpr const char* kProblem = "application/problem+json";

TEST_F(BadRequests, ThatAreWellFormedHttpAreRefusedWithTheirStatus) {
  struct Row {
    unsigned status;
    std::string method;
    std::string target;
    std::string body = "";
    std::string type = "application/json";
  };
  const std::string counter = "/v1/counters/known";
  const std::string batch = "/v1/counters";
  const Row rows[] = {
      {400, "POST", counter, "{"},
      {400, "POST", counter, R"({"delta":1}x)"},
      {400, "POST", counter, R"({"delta":01})"},
      {400, "POST", counter, "{\"delta\":\"\xff\"}"},
      {400, "POST", batch, R"([{"name":"known"})"},
      {400, "POST", "/v1/counters/%zz"},
      {400, "POST", "/v1/counters/a%2"},
      {400, "GET", "/v1/counters?prefix=%zz"},
      {404, "GET", "/"},
      {404, "POST", "/v2/counters/known"},
      {404, "GET", "/v1/counter/known"},
      {404, "POST", "/v1/assignment"},
      {405, "PUT", counter, "1", "text/plain"},
      {405, "DELETE", counter},
      {405, "DELETE", batch},
      {405, "POST", "/v1/trees/known"},
      {405, "POST", "/v1/marks"},
      {405, "GET", "/v1/shares"},
      {405, "POST", "/readyz"},
      {415, "POST", counter, "<delta>1</delta>", "application/xml"},
      {415, "POST", counter, "", "application/xml"},
      {415, "POST", counter, "1", "text/html"},
      {415, "POST", counter, "1", "application/octet-stream"},
      {415, "POST", batch, "known", "text/plain"},
      {415, "POST", "/v1/shares", "{}", "application/json"},
      {415, "POST", "/v1/shares"},
      {422, "POST", counter, "null"},
      {422, "POST", counter, "5"},
      {422, "POST", counter, "[]"},
      {422, "POST", counter, R"({"delta":1.5})"},
      {422, "POST", counter, R"({"delta":1.0})"},
      {422, "POST", counter, R"({"delta":1e3})"},
      {422, "POST", counter, R"({"delta":null})"},
      {422, "POST", counter, R"({"delta":true})"},
      {422, "POST", counter, R"({"delta":"1.5"})"},
      {422, "POST", counter, R"({"delta":""})"},
      {422, "POST", counter, R"({"delta":9223372036854775808})"},
      {422, "POST", counter, R"({"delta":-9223372036854775809})"},
      {422, "POST", counter, R"({"delta":100000000000000000000000000000000000000000})"},
      {422, "POST", counter, R"({"dleta":1})"},
      {422, "POST", counter, R"({"delta":1,"delta":2})"},
      {422, "POST", counter, "1.5", "text/plain"},
      {422, "POST", counter, "one", "text/plain"},
      {422, "POST", counter, "1 2", "text/plain"},
      {422, "POST", counter, "9223372036854775808", "text/plain"},
      {422, "POST", counter + "?ack=disk"},
      {422, "POST", counter + "?ack=peers:1"},
      {422, "POST", counter + "?ack=peers:0"},
      {422, "POST", counter + "?ack=peers:"},
      {422, "POST", counter + "?ack=everyone"},
      {422, "POST", counter + "?ack="},
      {422, "POST", counter + "?ack=memory&ack=memory"},
      {422, "POST", batch + "?ack=disk", R"([{"name":"known"}])"},
      {422, "POST", "/v1/counters/"},
      {422, "POST", "/v1/counters/" + std::string(256, 'n')},
      {422, "POST", "/v1/counters/%00"},
      {422, "POST", "/v1/counters/a%0Ab"},
      {422, "POST", "/v1/counters/%7F"},
      {422, "POST", "/v1/counters/%C3"},
      {422, "POST", "/v1/counters/%C0%80"},
      {422, "POST", "/v1/counters/%ED%A0%80"},
      {422, "GET", "/v1/counters/%FF"},
      {422, "GET", "/v1/trees/%FF"},
      {422, "POST", batch, "{}"},
      {422, "POST", batch, R"([{"name":"known"},5])"},
      {422, "POST", batch, R"([{"name":"known"},{"delta":1}])"},
      {422, "POST", batch, R"([{"name":"known"},{"name":""}])"},
      {422, "POST", batch, R"([{"name":"known"},{"name":"a\u0000b"}])"},
      {422, "POST", batch, R"([{"name":"known"},{"name":"b","delta":0.5}])"},
      {422, "POST", batch, R"([{"name":"known"},{"name":"b","detla":5}])"},
      {422, "POST", batch, R"([{"name":"known"},{"name":"b","name":"c"}])"},
      {422, "GET", "/v1/counters?limit=0"},
      {422, "GET", "/v1/counters?limit=1001"},
      {422, "GET", "/v1/counters?limit=ten"},
      {422, "GET", "/v1/counters?limit=5&limit=6"},
      {422, "GET", "/v1/counters?order=value"},
      {422, "GET", "/v1/counters?after=zz"},
      {422, "GET", "/v1/counters?order=-value&after=6e61"},
      {400, "GET", "/v1/streams/abc"},
      {422, "GET", "/v1/streams/00000000000000000000000000000001?after=-1"},
      {404, "GET", "/v1/streams/00000000000000000000000000000001"},
      {400, "POST", "/v1/shares", "these are no protocol buffers", "application/x-protobuf"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.method + " " + row.target + " " + row.body + " " + row.type);
    const auto answer = http().send({.method = row.method,
                                     .server = server(),
                                     .target = row.target,
                                     .content_type = row.body.empty() && row.status != 415 ? "" : row.type,
                                     .body = row.body});
    EXPECT_TRUE(is_problem(answer, row.status));
    EXPECT_TRUE(nothing_counted());
  }
}

TEST_F(BadRequests, WithAnotherMethodAreToldWhichThereAre) {
  const std::pair<const char*, const char*> rows[] = {{"/v1/counters/x", "Allow: GET, HEAD, POST"},
                                                      {"/v1/trees/x", "Allow: GET, HEAD"},
                                                      {"/v1/shares", "Allow: POST"},
                                                      {"/livez", "Allow: GET, HEAD"}};
  OpenApiChecker checker(openapi_document());
  for (const auto& [path, allow] : rows) {
    for (const char* method : {"PATCH", "OPTIONS", "TRACE", "DELETE"}) {
      net::RawClient client(server().port);
      client.send(std::string(method) + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      const auto answer = client.read_answer();
      EXPECT_EQ(answer.status, 405U) << method << " " << path;
      EXPECT_TRUE(answer.has(allow)) << answer.header;
      const std::string methods = std::string(allow).substr(std::string_view("Allow: ").size());
      EXPECT_EQ(checker.complaint(method, path, {405, kProblem, answer.body, {{"Allow", methods}}}), "");
    }
  }
}

// A share whose envelope is right, and whose stream's server is not UTF-8.
std::string share_with_a_bad_string() {
  const std::string payload = "\x32\x01\xff";
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(payload.data(), payload.size());
  std::string envelope = "\x08\x01\x15";
  for (int shift = 0; shift < 32; shift += 8) envelope.push_back(static_cast<char>(crc.checksum() >> shift));
  return envelope + "\x1a\x03" + payload;
}

TEST_F(BadRequests, BetweenServersWriteNothingToStderr) {
  for (const std::string& body : {share_with_a_bad_string(), std::string("\xff"), std::string()}) {
    EXPECT_TRUE(is_problem(http().post(server(), "/v1/shares", body, "application/x-protobuf"), 400));
  }
  EXPECT_EQ(cluster_.server("a").process().err(), "");
}

TEST_F(BadRequests, WithAnEncodedBodyAreToldToSendItAsItIs) {
  const auto post = [](const char* encoding) {
    return std::string("POST /v1/counters/known HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n") +
           "Content-Length: 1\r\nContent-Encoding: " + encoding + "\r\n\r\n0";
  };
  for (const std::uint16_t port : {server().port, balancer().port}) {
    net::RawClient client(port);
    client.send(post("gzip"));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 415U);
    EXPECT_TRUE(answer.has("Accept-Encoding: identity")) << answer.header;
    EXPECT_NE(answer.body.find("encoding 'gzip' is not understood"), std::string::npos) << answer.body;
    const HeardAnswer heard{415, kProblem, answer.body, {{"Accept-Encoding", "identity"}}};
    EXPECT_EQ(OpenApiChecker(openapi_document()).complaint("POST", "/v1/counters/known", heard), "");
  }
  EXPECT_TRUE(nothing_counted());
  net::RawClient client(server().port);
  client.send(post("identity"));
  EXPECT_EQ(client.read_answer().status, 200U);
}

// Each is followed by a good add, which may not count either: nobody knows where the bad request ended.
TEST_F(BadRequests, ThatAreMalformedHttpAreRefusedAndTheConnectionEnds) {
  const std::string post = "POST /v1/counters/known HTTP/1.1\r\n";
  const std::string host = "Host: x\r\n";
  const std::string chunked = post + host + "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string rows[] = {
      post + "\r\n",
      post + host + host + "\r\n",
      post + "Host: a b\r\n\r\n",
      post + host + "X-Folded: a\r\n b\r\n\r\n",
      post + host + "X-Spaced : a\r\n\r\n",
      post + host + "No colon\r\n\r\n",
      post + host + std::string("X-Nul: a\0b\r\n\r\n", 14),
      post + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      post + host + "Transfer-Encoding: identity\r\n\r\n",
      post + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
      post + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
      post + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + host + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
      post + host + "Content-Length: 0, 0\r\n\r\n",
      post + host + "Content-Length: -1\r\n\r\n",
      post + host + "Content-Length: +1\r\n\r\n1",
      post + host + "Content-Length: 0x1\r\n\r\n1",
      post + host + "Content-Length: 99999999999999999999999\r\n\r\n",
      "POST /v1/counters/known HTTP/1.1\nHost: x\n\n",
      "POST /v1/counters/known HTTP/1.1\r\nHost: x\n\r\n",
      "POST /v1/counters/known HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /v1/counters/known HTTP/9.9\r\n" + host + "\r\n",
      "POST /v1/counters/known\r\n" + host + "\r\n",
      "POST  /v1/counters/known HTTP/1.1\r\n" + host + "\r\n",
      "POST /v1/counters/kn own HTTP/1.1\r\n" + host + "\r\n",
      "POST v1/counters/known HTTP/1.1\r\n" + host + "\r\n",
      "POST /v1/counters/known#here HTTP/1.1\r\n" + host + "\r\n",
      "P(ST /v1/counters/known HTTP/1.1\r\n" + host + "\r\n",
      chunked + "-2\r\n15\r\n0\r\n\r\n",
      chunked + "+2\r\n15\r\n0\r\n\r\n",
      chunked + "0x2\r\n15\r\n0\r\n\r\n",
      chunked + " 2\r\n15\r\n0\r\n\r\n",
      chunked + "g\r\n15\r\n0\r\n\r\n",
      chunked + "\r\n15\r\n0\r\n\r\n",
      chunked + "2\n15\r\n0\r\n\r\n",
      chunked + "2\r\n15x\r\n0\r\n\r\n",
      chunked + "10000000000000002\r\n15\r\n0\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00", 7),  // somebody speaks TLS
  };
  for (const std::string& row : rows) {
    SCOPED_TRACE(row);
    net::RawClient client(server().port);
    client.send(row + post + host + "\r\n");
    client.shut_sending();
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 400U);
    EXPECT_TRUE(answer.has("Content-Type: application/problem+json"));
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_FALSE(client.was_reset());
    EXPECT_TRUE(nothing_counted());
  }
}

TEST_F(BadRequests, ThatAreTooLargeAreRefusedAndThoseAtTheLimitAreNot) {
  constexpr std::size_t kBody = 1024 * 1024;
  const auto padded = [](std::size_t size) { return R"({"delta":0})" + std::string(size - 11, ' '); };
  EXPECT_EQ(http().post(server(), "/v1/counters/known", padded(kBody)).status, 200U);
  EXPECT_TRUE(is_problem(http().post(server(), "/v1/counters/known", padded(kBody + 1)), 413));

  const std::string head = "POST /v1/counters/known HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n";
  net::RawClient chunks(server().port);
  chunks.send(head + "Transfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 17 && chunks.send(chunk); ++i) {
  }
  auto answer = chunks.read_answer();
  EXPECT_EQ(answer.status, 413U);

  const auto header_of = [&head](std::size_t size) {
    const std::string begin = head + "Content-Length: 1\r\nX-Long: ";
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n0";
  };
  net::RawClient at_limit(server().port);
  at_limit.send(header_of(8192));
  answer = at_limit.read_answer();
  EXPECT_EQ(answer.status, 200U);
  net::RawClient over_limit(server().port);
  over_limit.send(header_of(8193));
  answer = over_limit.read_answer();
  EXPECT_EQ(answer.status, 431U);
  EXPECT_TRUE(nothing_counted());
}

class Impatient : public TheContract {
 protected:
  Impatient()
      : TheContract({.server_arguments = {"--header-timeout", "300ms", "--body-timeout", "300ms",
                                          "--idle-timeout", "300ms"}}) {}
};

TEST_F(Impatient, ServersRefuseSlowRequestsAndCloseIdleConnections) {
  net::RawClient slow_header(server().port);
  net::RawClient slow_body(server().port);
  net::RawClient idle(server().port);
  slow_header.send("POST /v1/counters/known HT");
  slow_body.send("POST /v1/counters/known HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12");
  for (net::RawClient* client : {&slow_header, &slow_body}) {
    const auto answer = client->read_answer();
    EXPECT_EQ(answer.status, 408U);
    EXPECT_TRUE(answer.has("Content-Type: application/problem+json"));
    EXPECT_EQ(client->read_to_end(), "");
  }
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_TRUE(nothing_counted());
}

class Full : public TheContract {
 protected:
  Full() : TheContract({.server_arguments = {"--max-connections", "8"}}) {}
};

TEST_F(Full, ServersTellWhoIsOneTooManyToComeLater) {
  std::vector<net::RawClient> clients;
  net::Answer answer;
  do {
    clients.emplace_back(server().port);
    clients.back().send("GET /v1/counters/known HTTP/1.1\r\nHost: x\r\n\r\n");
    answer = clients.back().read_answer();
  } while (clients.size() <= 8 && answer.status == 200);
  EXPECT_EQ(answer.status, 503U);
  EXPECT_TRUE(answer.has("Content-Type: application/problem+json"));
  EXPECT_NE(answer.header.find("Retry-After: "), std::string::npos);
  clients.clear();
  EXPECT_TRUE(eventually([&] { return http().value(server(), "known") == 7; })) << "and does not recover";
}

TEST_F(BadRequests, OfClientsThatVanishInTheMiddleChangeNothing) {
  const std::string request =
      "POST /v1/counters/known HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: "
      "2\r\n\r\n15";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    net::RawClient client(server().port);
    client.send(std::string_view(request).substr(0, cut));
    if (cut % 2 == 0) client.shut_sending();
    client.close();
  }
  EXPECT_TRUE(nothing_counted());
}

TEST_F(TheContract, PipelinedAndHalfClosedRequestsAreAnsweredInOrder) {
  net::RawClient client(server().port);
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += "POST /v1/counters/known HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(requests);
  client.shut_sending();
  for (int i = 1; i <= 300; ++i) {
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.body, R"({"name":"known","value":)" + std::to_string(7 + i) + R"(,"ack":"memory"})");
  }
  EXPECT_EQ(client.read_to_end(), "");
}

}  // namespace
}  // namespace tally::e2e
