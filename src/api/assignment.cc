#include "api/assignment.h"

#include "api/json_fields.h"
#include "api/server_state.h"

namespace tally {

namespace {

namespace json = boost::json;

Result<ListedServer> listed_server_in(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr)
    return Error{
        Errc::invalid,
        "An entry of 'servers' is not an object: are both programs Tally of about the same version?"};
  auto id = server_id_field(*object, "id");
  if (!id) return id.error();
  const auto url = url_field(*object, "url");
  if (!url) return url.error();
  const auto state_text = string_field(*object, "state");
  if (!state_text) return state_text.error();
  const auto state = parse_server_state(*state_text);
  if (!state) return state.error();
  const auto last_seen_ms = count_field(*object, "last_seen_ms");
  if (!last_seen_ms) return last_seen_ms.error();
  return ListedServer{*std::move(id), std::string(*url), *state, *last_seen_ms};
}

}  // namespace

void append_assignment(std::string& out, const Assignment& assignment) {
  const json::value answer = {{"server", {{"id", assignment.id.text()}, {"url", assignment.url}}},
                              {"valid_for_ms", assignment.valid_for_ms}};
  out += json::serialize(answer);
}

Result<Assignment> read_assignment(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return object.error();
  const auto server = object_field(*object, "server");
  if (!server) return server.error();
  auto id = server_id_field(**server, "id");
  if (!id) return id.error();
  const auto url = url_field(**server, "url");
  if (!url) return url.error();
  const auto valid_for_ms = count_field(*object, "valid_for_ms");
  if (!valid_for_ms) return valid_for_ms.error();
  return Assignment{*std::move(id), std::string(*url), *valid_for_ms};
}

void append_server_list(std::string& out, std::span<const ListedServer> servers) {
  json::array list;
  for (const ListedServer& server : servers) {
    list.push_back({{"id", server.id.text()},
                    {"url", server.url},
                    {"state", to_string(server.state)},
                    {"last_seen_ms", server.last_seen_ms}});
  }
  out += json::serialize(json::object{{"servers", std::move(list)}});
}

Result<std::vector<ListedServer>> read_server_list(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return object.error();
  if (!object->contains("servers")) {
    return Error{Errc::invalid, "The answer has no 'servers': check that the address is a Tally balancer's."};
  }
  const auto list = list_field(*object, "servers");
  if (!list) return list.error();
  std::vector<ListedServer> servers;
  for (const json::value& value : *list) {
    auto server = listed_server_in(value);
    if (!server) return server.error();
    servers.push_back(*std::move(server));
  }
  return servers;
}

}  // namespace tally
