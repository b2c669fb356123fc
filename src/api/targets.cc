#include "api/targets.h"

#include <charconv>

#include "api/text.h"
#include "api/uri.h"

namespace tally {

namespace {

std::string with_ack(std::string target, std::optional<Ack> ack) {
  if (ack) target += "?ack=" + to_text(*ack);
  return target;
}

}  // namespace

std::string counter_target(std::string_view name, std::optional<Ack> ack) {
  std::string target = "/v1/counters/";
  append_percent_encoded(target, name);
  return with_ack(std::move(target), ack);
}

std::string batch_target(std::optional<Ack> ack) { return with_ack("/v1/counters", ack); }

std::string stream_target(StreamId stream, Sequence after) {
  return "/v1/streams/" + stream.text() + "?after=" + std::to_string(number(after));
}

std::string server_target(const ServerId& id) { return "/v1/servers/" + id.text(); }

std::string assignment_target(std::string_view client) {
  std::string target = "/v1/assignment?client=";
  append_percent_encoded(target, client);
  return target;
}

Result<Sequence> after_parameter(std::string_view query) {
  const auto text = find_parameter(query, "after");
  if (!text) return text.error();
  if (!*text) return Sequence{0};
  std::uint64_t after = 0;
  const char* const last = (*text)->data() + (*text)->size();
  const auto [end, error] = std::from_chars((*text)->data(), last, after);
  if (error != std::errc{} || end != last) {
    return Error{Errc::invalid,
                 quote(**text) + " is not a sequence number: use an integer of 0 or more as after."};
  }
  return Sequence{after};
}

Result<std::optional<std::string>> client_parameter(std::string_view query) {
  auto client = find_parameter(query, "client");
  if (client && *client && (*client)->empty()) client->reset();
  return client;
}

}  // namespace tally
