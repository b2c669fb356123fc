#include "tests/e2e/http.h"

#include <utility>

#include <gtest/gtest.h>

#include "api/answers.h"
#include "api/list_query.h"
#include "api/targets.h"

namespace tally::e2e {

net::ClientResponse Http::send(net::ClientRequest request) {
  const std::string method = request.method;
  const std::string target = request.target;
  if (request.authorization.empty()) request.authorization = authorization_;
  auto answer = client_.send(std::move(request));
  if (!answer) return {.status = 0, .body = answer.error().detail};
  const HeardAnswer heard{answer->status,
                          answer->content_type,
                          answer->body,
                          {{"Location", answer->location}, {"Retry-After", answer->retry_after}}};
  EXPECT_EQ(checker_.complaint(method, target, heard), "")
      << "against /openapi.json: " << method << " " << target << " was answered " << answer->status << " "
      << answer->content_type << " " << answer->body.substr(0, 1000);
  return std::move(*answer);
}

net::ClientResponse Http::get(const net::Url& server, const std::string& target, const std::string& accept) {
  return send({.method = "GET", .server = server, .target = target, .accept = accept});
}

net::ClientResponse Http::post(const net::Url& server, const std::string& target, const std::string& body,
                               const std::string& content_type) {
  return send(
      {.method = "POST", .server = server, .target = target, .content_type = content_type, .body = body});
}

unsigned Http::add(const net::Url& server, const std::string& name, std::int64_t delta) {
  return post(server, counter_target(name), std::to_string(delta), "text/plain").status;
}

std::optional<Int128> Http::value(const net::Url& server, const std::string& name) {
  const auto answer = read_read_answer(get(server, counter_target(name)).body);
  if (!answer) return std::nullopt;
  return answer->counter.value;
}

std::map<std::string, Int128> Http::counters(const net::Url& server) {
  std::map<std::string, Int128> all;
  std::optional<std::string> after = "";
  while (after) {
    const std::string cursor = after->empty() ? "" : "&after=" + *after;
    auto page = read_page_answer(get(server, "/v1/counters?limit=1000" + cursor).body);
    if (!page) return {};
    for (CounterValue& counter : page->counters) all.emplace(std::move(counter.name), counter.value);
    after = std::move(page->next);
  }
  return all;
}

boost::json::value Http::tree(const net::Url& server, const std::string& name) {
  boost::system::error_code failed;
  return boost::json::parse(get(server, "/v1/trees/" + name).body, failed);
}

}  // namespace tally::e2e
