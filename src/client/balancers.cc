#include "client/balancers.h"

#include <algorithm>

#include "api/problem.h"
#include "api/targets.h"
#include "base/check.h"
#include "net/http_client.h"

namespace tally {

Balancers::Balancers(std::vector<net::Url> urls, Transport& transport)
    : urls_(std::move(urls)), transport_(transport) {
  TALLY_CHECK(!urls_.empty());
}

Result<Assignment> Balancers::assignment(std::string_view client_id) {
  const auto body = get(assignment_target(client_id));
  if (!body) return body.error();
  return read_assignment(*body);
}

Result<std::vector<ListedServer>> Balancers::servers() {
  const auto body = get("/v1/servers");
  if (!body) return body.error();
  return read_server_list(*body);
}

Result<std::string> Balancers::get(const std::string& target) {
  Error failure{Errc::unreachable, ""};
  for (auto url = urls_.begin(); url != urls_.end(); ++url) {
    auto response =
        transport_.send({.method = "GET", .server = *url, .target = target, .accept = "application/json"});
    if (response && response->status / 100 == 2) {
      std::rotate(urls_.begin(), url, url + 1);
      return std::move(response->body);
    }
    // A question counts nothing, so it never has an unknown outcome.
    failure = response ? read_problem(response->status, response->body) : response.error();
    if (failure.code == Errc::unknown_outcome) failure.code = Errc::unreachable;
    failure.detail = "The balancer " + url->text() + ": " + failure.detail;
  }
  return failure;
}

}  // namespace tally
