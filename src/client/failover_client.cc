#include "client/failover_client.h"

#include <set>
#include <utility>

#include "api/answers.h"
#include "api/list_query.h"
#include "api/media_type.h"
#include "api/problem.h"
#include "api/targets.h"
#include "api/uri.h"
#include "net/http_client.h"

namespace tally {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// 0.1 + 0.2 + 0.4 + 0.8 + 1.6 s of pauses: longer than a balancer's usual lease.
constexpr unsigned kRounds = 6;
constexpr Duration kFirstPause = milliseconds(100);
constexpr std::size_t kServersARound = 3;
// No more rounds after this, where servers take their time to fail.
constexpr Duration kPatience = seconds(10);

bool nothing_counted_try_elsewhere(Errc code) {
  return code == Errc::unreachable || code == Errc::unavailable || code == Errc::too_slow ||
         code == Errc::forbidden;
}

// Of a read, where nothing was to be counted.
Error nothing_counted(Error error) {
  if (error.code == Errc::unknown_outcome) error.code = Errc::malformed;
  return error;
}

}  // namespace

FailoverClient::FailoverClient(const ClientOptions& options)
    : FailoverClient(options, http_transport(options.tls_authorities)) {}

FailoverClient::FailoverClient(ClientOptions options, std::unique_ptr<Transport> transport)
    : rounds_(options.patient ? kRounds : 1),
      answer_timeout_(options.answer_timeout),
      transport_(with_token(std::move(transport), options.token)),
      choice_(std::move(options.balancers), std::move(options.client_id), *transport_) {}

Result<Int128> FailoverClient::add(std::string_view name, std::int64_t delta) {
  const auto answer = add_with_ack(name, delta);
  if (!answer) return answer.error();
  return answer->counter.value;
}

Result<AddAnswer> FailoverClient::add_with_ack(std::string_view name, std::int64_t delta,
                                               std::optional<Ack> ack) {
  net::ClientRequest request{
      .method = "POST", .target = counter_target(name, ack), .content_type = std::string(kJsonType)};
  append_delta(request.body, delta);
  const auto body = ask(std::move(request), Repeat::if_nothing_counted, rounds_);
  if (!body) return body.error();
  return read_add_answer(*body);
}

Result<std::vector<Int128>> FailoverClient::add(std::span<const NamedDelta> deltas) {
  const auto answer = add_with_ack(deltas);
  if (!answer) return answer.error();
  std::vector<Int128> values;
  for (const CounterValue& counter : answer->counters) values.push_back(counter.value);
  return values;
}

Result<BatchAnswer> FailoverClient::add_with_ack(std::span<const NamedDelta> deltas, std::optional<Ack> ack) {
  net::ClientRequest request{
      .method = "POST", .target = batch_target(ack), .content_type = std::string(kJsonType)};
  append_batch(request.body, deltas);
  const auto body = ask(std::move(request), Repeat::if_nothing_counted, rounds_);
  if (!body) return body.error();
  auto answer = read_batch_answer(*body);
  if (answer && answer->counters.size() != deltas.size()) {
    return Error{Errc::unknown_outcome,
                 "The answer has not as many values as there were adds: read the counters."};
  }
  return answer;
}

Result<Int128> FailoverClient::get(std::string_view name) {
  const auto answer = read(name);
  if (!answer) return answer.error();
  return answer->counter.value;
}

Result<ReadAnswer> FailoverClient::read(std::string_view name, bool fresh) {
  const std::string target = counter_target(name) + (fresh ? "?fresh=true" : "");
  const auto body = ask({.method = "GET", .target = target}, Repeat::always, rounds_);
  if (!body) return body.error();
  auto answer = read_read_answer(*body);
  if (!answer) return nothing_counted(answer.error());
  return answer;
}

Result<std::vector<std::string>> FailoverClient::names(std::string_view prefix, std::uint32_t limit) {
  auto first = page(list_target({.prefix = std::string(prefix), .limit = limit, .after = {}}), 1);
  if (!first) return first.error();
  std::vector<std::string> names;
  for (CounterValue& counter : first->counters) names.push_back(std::move(counter.name));
  return names;
}

Result<PageAnswer> FailoverClient::page(const ListQuery& query, const std::optional<std::string>& cursor) {
  std::string target = list_target(query);
  if (cursor) {
    target += target.find('?') == std::string::npos ? "?after=" : "&after=";
    append_percent_encoded(target, *cursor);
  }
  return page(target, rounds_);
}

Result<PageAnswer> FailoverClient::page(const std::string& target, unsigned rounds) {
  const auto body = ask({.method = "GET", .target = target}, Repeat::always, rounds);
  if (!body) return body.error();
  auto page = read_page_answer(*body);
  if (!page) return nothing_counted(page.error());
  return page;
}

Result<std::vector<ListedServer>> FailoverClient::servers() { return choice_.balancers().servers(); }

Result<net::ClientResponse> FailoverClient::look(const net::Url& program, std::string target) {
  return transport_->send(
      {.method = "GET", .server = program, .target = std::move(target), .answer_timeout = answer_timeout_});
}

Result<std::string> FailoverClient::ask(net::ClientRequest request, Repeat repeat, unsigned rounds) {
  request.accept = kJsonType;
  request.answer_timeout = answer_timeout_;
  const Instant begin = transport_->now();
  Duration pause = kFirstPause;
  while (true) {
    auto answer = ask_servers_in_turn(request, repeat);
    const bool again = !answer && nothing_counted_try_elsewhere(answer.error().code);
    if (!again || --rounds == 0 || transport_->now() - begin > kPatience) return answer;
    transport_->pause(pause);
    pause *= 2;
  }
}

Result<std::string> FailoverClient::ask_servers_in_turn(net::ClientRequest& request, Repeat repeat) {
  std::optional<Error> failure;
  std::set<net::Url> tried;
  while (tried.size() < kServersARound) {
    const auto server = choice_.next(tried);
    if (!server) return failure.value_or(server.error());
    request.server = server->url;
    auto response = transport_->send(request);
    if (response && response->status / 100 == 2) {
      choice_.answered(*server);
      return std::move(response->body);
    }
    Error error = response ? explained_refusal(*response) : response.error();
    const std::string where = response ? " (" + server->url.text() + ")" : "";  // else the detail says it
    error.detail = "Server " + server->id.text() + where + ": " + error.detail;
    if (error.code == Errc::unknown_outcome) {
      choice_.failed(*server);
      if (repeat == Repeat::if_nothing_counted) return error;
      error.code = Errc::unreachable;  // nothing was asked to be counted
    } else if (nothing_counted_try_elsewhere(error.code)) {
      choice_.failed(*server);
    } else {
      choice_.answered(*server);
      return error;
    }
    tried.insert(server->url);
    failure = std::move(error);
  }
  return *failure;
}

}  // namespace tally
