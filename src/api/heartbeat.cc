#include "api/heartbeat.h"

#include "api/json_fields.h"
#include "api/server_state.h"

namespace tally {

namespace {

namespace json = boost::json;

Error wrong_entry(std::string_view list, std::string_view expected) {
  return Error{Errc::invalid, "An entry of '" + std::string(list) + "' is not " + std::string(expected) +
                                  ": are both programs Tally of about the same version?"};
}

Result<Member> member_in(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong_entry("members", "an object");
  auto id = server_id_field(*object, "id");
  if (!id) return id.error();
  const auto run = stream_id_field(*object, "run");
  if (!run) return run.error();
  const auto url = url_field(*object, "url");
  if (!url) return url.error();
  return Member{*std::move(id), *run, std::string(*url)};
}

Result<Membership> membership_in(const json::object& object) {
  const auto members = list_field(object, "members");
  if (!members) return members.error();
  const auto removed = list_field(object, "removed");
  if (!removed) return removed.error();
  Membership membership;
  for (const json::value& value : *members) {
    auto member = member_in(value);
    if (!member) return member.error();
    membership.members.push_back(*std::move(member));
  }
  for (const json::value& value : *removed) {
    if (!value.is_string()) return wrong_entry("removed", "a string");
    auto id = ServerId::parse(value.get_string());
    if (!id) return id.error();
    membership.removed.push_back(*std::move(id));
  }
  return membership;
}

json::object to_json(const Membership& membership) {
  json::array members;
  for (const Member& member : membership.members) {
    members.push_back({{"id", member.id.text()}, {"run", member.run.text()}, {"url", member.url}});
  }
  json::array removed;
  for (const ServerId& id : membership.removed) removed.emplace_back(id.text());
  return {{"members", std::move(members)}, {"removed", std::move(removed)}};
}

}  // namespace

void append_heartbeat(std::string& out, const Heartbeat& heartbeat) {
  json::object object = to_json(heartbeat.known);
  object["url"] = heartbeat.url;
  object["state"] = to_string(heartbeat.state);
  object["run"] = heartbeat.run.text();
  out += json::serialize(object);
}

Result<Heartbeat> read_heartbeat(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return object.error();
  const auto url = url_field(*object, "url");
  if (!url) return url.error();
  const auto state_text = string_field(*object, "state");
  if (!state_text) return state_text.error();
  const auto state = parse_server_state(*state_text);
  if (!state) return state.error();
  const auto run = stream_id_field(*object, "run");
  if (!run) return run.error();
  auto known = membership_in(*object);
  if (!known) return known.error();
  return Heartbeat{std::string(*url), *state, *run, *std::move(known)};
}

void append_heartbeat_answer(std::string& out, const HeartbeatAnswer& answer) {
  json::object object = to_json(answer.known);
  object["lease_ms"] = answer.lease_ms;
  if (answer.young) object["young"] = true;
  out += json::serialize(object);
}

Result<HeartbeatAnswer> read_heartbeat_answer(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return object.error();
  const auto lease_ms = count_field(*object, "lease_ms");
  if (!lease_ms) return lease_ms.error();
  if (*lease_ms == 0) return Error{Errc::invalid, "\"lease_ms\" is 0; a lease lasts at least a millisecond."};
  auto known = membership_in(*object);
  if (!known) return known.error();
  const auto* const young = object->if_contains("young");
  return HeartbeatAnswer{*std::move(known), *lease_ms, young != nullptr && *young == true};
}

}  // namespace tally
