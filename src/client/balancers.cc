#include "client/balancers.h"

#include <algorithm>

#include "api/media_type.h"
#include "api/problem.h"
#include "api/targets.h"
#include "base/check.h"
#include "net/http_client.h"

namespace tally {

namespace {

// A balancer has these paths, and refuses with problems. Of other programs, only a proxy that failed may
// stand before one.
bool is_from_a_balancer(const net::ClientResponse& response) {
  if (response.status / 100 == 5) return true;
  return response.status / 100 == 4 && response.status != 404 && response.status != 405 &&
         response.content_type == kProblemType;
}

Error refusal_of(const net::Url& url, const net::ClientResponse& response) {
  if (!is_from_a_balancer(response)) {
    return Error{Errc::no_such_path, "What listens at " + url.text() +
                                         " is no Tally balancer (it answered with HTTP status " +
                                         std::to_string(response.status) +
                                         "): name a balancer's URL with --balancer or TALLY_BALANCER."};
  }
  Error error = read_problem(response.status, response.body);
  if (error.code == Errc::unknown_outcome) error.code = Errc::unreachable;
  error.detail = "The balancer " + url.text() + ": " + error.detail;
  return error;
}

// A question counts nothing, so it never has an unknown outcome.
Error no_answer(Error error) {
  error.detail = "The balancer " + error.detail;
  error.detail +=
      error.code == Errc::unknown_outcome
          ? " See that a Tally balancer listens there."
          : " Name another with --balancer or TALLY_BALANCER; 'tally up' starts one, to try Tally.";
  error.code = Errc::unreachable;
  return error;
}

}  // namespace

Balancers::Balancers(std::vector<net::Url> urls, Transport& transport)
    : urls_(std::move(urls)), transport_(transport) {
  TALLY_CHECK(!urls_.empty());
}

Result<Assignment> Balancers::assignment(std::string_view client_id) {
  return ask(assignment_target(client_id), &read_assignment);
}

Result<std::vector<ListedServer>> Balancers::servers() { return ask("/v1/servers", &read_server_list); }

template <class Answer>
Result<Answer> Balancers::ask(const std::string& target, Result<Answer> (*read)(std::string_view)) {
  Error failure{Errc::unreachable, ""};
  for (auto url = urls_.begin(); url != urls_.end(); ++url) {
    const auto response =
        transport_.send({.method = "GET", .server = *url, .target = target, .accept = "application/json"});
    if (response && response->status / 100 == 2) {
      auto answer = read(response->body);
      if (answer) {
        std::rotate(urls_.begin(), url, url + 1);
        return answer;
      }
    }
    failure = response ? refusal_of(*url, *response) : no_answer(response.error());
  }
  return failure;
}

}  // namespace tally
