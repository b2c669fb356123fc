#include "client/doctor_facts.h"

#include <algorithm>

#include "api/json_fields.h"
#include "api/problem.h"
#include "api/targets.h"
#include "net/http_client.h"

namespace tally {

namespace {

// Reading a counter that nobody touched makes none.
constexpr std::string_view kProbe = "tally-doctor";

Result<std::vector<ListedServer>> ask_balancer(FailoverClient& client, const net::Url& url) {
  const auto answer = client.look(url, "/v1/servers");
  if (!answer) return answer.error();
  if (answer->status != 200) {
    const std::string status = std::to_string(answer->status);
    const Error problem = read_problem(answer->status, answer->body);
    return Error{problem.code, url.text() + " answered with HTTP status " + status + ": " + problem.detail};
  }
  auto servers = read_server_list(answer->body);
  if (!servers) {
    return Error{servers.error().code, url.text() + " does not answer as a Tally balancer."};
  }
  return servers;
}

Result<ServerIdentity> read_identity(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return object.error();
  auto id = server_id_field(*object, "server");
  if (!id) return id.error();
  const auto run = stream_id_field(*object, "run");
  if (!run) return run.error();
  const auto members = list_field(*object, "members");
  if (!members) return members.error();
  ServerIdentity identity{*std::move(id), *run};
  for (const boost::json::value& each : *members) {
    if (!each.is_object()) return Error{Errc::invalid, "A member is an object."};
    auto member = server_id_field(each.get_object(), "id");
    if (!member) return member.error();
    const auto its_run = stream_id_field(each.get_object(), "run");
    if (!its_run) return its_run.error();
    const auto url = url_field(each.get_object(), "url");
    if (!url) return url.error();
    identity.members.push_back({*std::move(member), *its_run, std::string(*url)});
  }
  return identity;
}

// The body of a 200; what was refused is noted.
std::optional<std::string> ask(FailoverClient& client, const net::Url& url, const std::string& target,
                               ServerFacts& facts) {
  if (facts.unreachable) return std::nullopt;
  auto answer = client.look(url, target);
  if (!answer) facts.unreachable = answer.error();
  if (!answer) return std::nullopt;
  if (answer->status == 200) return std::move(answer->body);
  if (answer->status / 100 == 4) facts.refused = read_problem(answer->status, answer->body);
  return std::nullopt;
}

void ask_whether_ready(FailoverClient& client, const net::Url& url, ServerFacts& facts) {
  const auto answer = client.look(url, "/readyz");
  if (!answer) {
    facts.unreachable = answer.error();
  } else if (answer->status != 200) {
    const auto object = parse_json_object(answer->body);
    const auto reason = object ? string_field(*object, "reason") : Result<std::string_view>(object.error());
    facts.why_not_ready = reason
                              ? std::string(*reason)
                              : "It answers /readyz with HTTP status " + std::to_string(answer->status) + ".";
  }
}

void ask_server(FailoverClient& client, bool shows_token, ServerFacts& facts) {
  const auto url = net::Url::parse(facts.url);
  if (!url) {
    facts.unreachable = url.error();
    return;
  }
  ask_whether_ready(client, *url, facts);
  // Whoever is refused here need not look like somebody who wants to pass for a server.
  const auto probe = ask(client, *url, counter_target(kProbe), facts);
  if (!shows_token && !facts.refused) {
    if (const auto body = ask(client, *url, "/v1/marks", facts)) {
      if (auto identity = read_identity(*body)) facts.says = *std::move(identity);
    }
  }
  if (probe) {
    if (auto reading = read_read_answer(*probe)) facts.reading = *std::move(reading);
  }
  if (const auto body = ask(client, *url, "/metrics", facts)) facts.metrics = ScrapedMetrics::parse(*body);
}

// More than a cluster has: servers that invent others end nowhere.
constexpr std::size_t kMostPlaces = 10'000;

// False: it is there already.
bool note_place(std::vector<ServerFacts>& servers, const ServerId& id, const std::string& url) {
  const bool known =
      servers.size() >= kMostPlaces ||
      std::ranges::any_of(servers, [&](const ServerFacts& each) { return each.id == id && each.url == url; });
  if (!known) servers.push_back({.id = id, .url = url});
  return !known;
}

}  // namespace

ClusterFacts look_at_cluster(FailoverClient& client, const std::vector<net::Url>& balancers,
                             bool shows_token) {
  ClusterFacts facts;
  for (const net::Url& url : balancers) facts.balancers.push_back({url, ask_balancer(client, url)});
  std::vector<ServerFacts>& servers = facts.servers;
  for (const BalancerFacts& balancer : facts.balancers) {
    if (!balancer.servers) continue;
    for (const ListedServer& listed : *balancer.servers) {
      if (note_place(servers, listed.id, listed.url)) servers.back().listed = listed;
    }
  }
  std::ranges::stable_sort(servers, {}, &ServerFacts::id);
  // Grows while it is walked: whom we ask may name others.
  for (std::size_t i = 0; i < servers.size(); ++i) {
    ask_server(client, shows_token, servers[i]);
    const auto members = servers[i].says ? servers[i].says->members : std::vector<Member>();
    for (const Member& member : members) note_place(servers, member.id, member.url);
  }
  return facts;
}

}  // namespace tally
