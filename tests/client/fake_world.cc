#include "tests/client/fake_world.h"

#include <algorithm>

#include "api/add_request.h"
#include "api/assignment.h"
#include "api/list_query.h"
#include "api/media_type.h"
#include "api/problem.h"
#include "api/render.h"
#include "api/route.h"
#include "base/check.h"

namespace tally {

namespace {

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(FakeWorld& world) : world_(world) {}

  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    return world_.answer(request);
  }
  Instant now() override { return world_.now; }
  void pause(Duration duration) override {
    world_.now += duration;
    ++world_.pauses;
  }

 private:
  FakeWorld& world_;
};

net::ClientResponse problem(Errc code, const std::string& detail) {
  net::ClientResponse response{.status = problem_of(code).status, .content_type = std::string(kProblemType)};
  append_problem(response.body, {code, detail});
  return response;
}

Error unreachable(const net::Url& url) {
  return {Errc::unreachable, url.text() + " cannot be reached (connection refused)."};
}

std::string url_of(std::uint16_t port) { return net::Url{"127.0.0.1", port}.text(); }

}  // namespace

FakeWorld::FakeWorld(std::size_t servers) {
  for (std::size_t i = 0; i < servers; ++i) {
    servers_[static_cast<std::uint16_t>(7071 + i)].id = std::string(1, static_cast<char>('a' + i));
  }
}

FakeServer& FakeWorld::server(const std::string& id) {
  for (auto& [port, server] : servers_) {
    if (server.id == id) return server;
  }
  TALLY_CHECK(false && "a server of this world");
}

std::int64_t FakeWorld::counted(const std::string& name) const {
  std::int64_t sum = 0;
  for (const auto& [port, server] : servers_) {
    if (const auto found = server.counted.find(name); found != server.counted.end()) sum += found->second;
  }
  return sum;
}

std::unique_ptr<Transport> FakeWorld::transport() { return std::make_unique<FakeTransport>(*this); }

FailoverClient FakeWorld::client() { return FailoverClient({{{"127.0.0.1", 7070}}, "me@here"}, transport()); }

FailoverClient FakeWorld::client_of_both_balancers() {
  return FailoverClient({{{"127.0.0.1", 7070}, {"127.0.0.1", 7069}}, "me@here"}, transport());
}

Result<net::ClientResponse> FakeWorld::answer(const net::ClientRequest& request) {
  before_each_request();
  if (request.server.port == 7070 || request.server.port == 7069) {
    ++questions_to_balancers;
    const bool up = request.server.port == 7070 ? first_balancer_up : second_balancer_up;
    if (!up) return unreachable(request.server);
    return balancer_answer(request);
  }
  FakeServer& server = servers_.at(request.server.port);
  if (server.mood == Mood::refuses_connections) return unreachable(request.server);
  if (server.mood == Mood::starting) return problem(Errc::unavailable, "The server is starting.");
  auto response = server_answer(server, request);
  if (server.mood == Mood::counts_and_is_silent)
    return Error{Errc::unknown_outcome, request.server.text() + " gave no whole answer."};
  if (server.mood == Mood::answers_nonsense) return net::ClientResponse{.status = 200, .body = "<html>"};
  return response;
}

net::ClientResponse FakeWorld::balancer_answer(const net::ClientRequest& request) {
  net::ClientResponse response{.status = 200};
  std::vector<ListedServer> list;
  for (const auto& [port, server] : servers_) {
    list.push_back({ServerId::parse(server.id).value(), url_of(port_of_all ? port_of_all : port),
                    server.announced, 100});
  }
  if (request.target == "/v1/servers") {
    append_server_list(response.body, list);
    return response;
  }
  TALLY_CHECK(request.target == "/v1/assignment?client=me%40here");
  for (const ListedServer& server : list) {
    if (server.id.text() == assigned) append_assignment(response.body, {server.id, server.url, valid_for_ms});
  }
  return response.body.empty() ? problem(Errc::unavailable, "No server has ever been seen.") : response;
}

void FakeWorld::list(const FakeServer& server, const ListQuery& query, std::string& body) {
  std::vector<NamedValue> values;
  for (const auto& [name, value] : server.counted) {
    if (name.starts_with(query.prefix)) values.push_back({name, value});
  }
  const bool by_value = query.order == ListOrder::by_value_down;
  if (by_value) std::ranges::stable_sort(values, std::ranges::greater(), &NamedValue::value);
  if (query.after) {
    const auto behind = std::ranges::find(values, query.after->name, &NamedValue::name);
    values.erase(values.begin(), behind + 1);
  }
  std::optional<std::string> next;
  if (values.size() > query.limit) {
    values.resize(query.limit);
    const NamedValue& last = values.back();
    next = cursor_text(query.order, {std::string(last.name), by_value ? last.value : 0});
  }
  render_page(body, values, next);
}

net::ClientResponse FakeWorld::server_answer(FakeServer& server, const net::ClientRequest& request) {
  std::string scratch;
  const Method method = request.method == "POST" ? Method::post : Method::get;
  const auto route = find_route(Program::counting_server, method, request.target, scratch);
  if (!route) return problem(route.error().code, route.error().detail);
  net::ClientResponse response{.status = 200};
  AddReader reader;
  switch (route->action) {
    case Action::read_counter:
      fresh_reads += route->query == "fresh=true" ? 1 : 0;
      render_reading(response.body,
                     {route->subject, counted(std::string(route->subject)), {}, false, missing});
      break;
    case Action::add: {
      ++server.adds;
      const auto delta = reader.read_delta(request.content_type, request.body);
      if (!delta) return problem(delta.error().code, delta.error().detail);
      server.counted[std::string(route->subject)] += *delta;
      render_added(response.body, {route->subject, counted(std::string(route->subject))});
      close_with_ack(response.body, {});
      break;
    }
    case Action::add_batch: {
      ++server.adds;
      const auto batch = reader.read_batch(request.content_type, request.body);
      if (!batch) return problem(batch.error().code, batch.error().detail);
      std::vector<NamedValue> values;
      for (const NamedDelta& add : *batch) {
        server.counted[std::string(add.name)] += add.delta;
        values.push_back({add.name, counted(std::string(add.name))});
      }
      render_batch_added(response.body, values);
      close_with_ack(response.body, {});
      break;
    }
    case Action::list_counters: {
      list(server, read_list_query(route->query).value(), response.body);
      break;
    }
    default: return problem(Errc::no_such_path, "Not in this world.");
  }
  return response;
}

}  // namespace tally
