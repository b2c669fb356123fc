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

Result<std::optional<std::uint64_t>> number_parameter(std::string_view query, std::string_view name) {
  const auto text = find_parameter(query, name);
  if (!text) return text.error();
  if (!*text) return std::optional<std::uint64_t>();
  std::uint64_t number = 0;
  const char* const last = (*text)->data() + (*text)->size();
  const auto [end, error] = std::from_chars((*text)->data(), last, number);
  if (error != std::errc{} || end != last) {
    return Error{Errc::invalid, quote(**text) + " is not a number: use an integer of 0 or more as " +
                                    std::string(name) + "."};
  }
  return std::optional(number);
}

}  // namespace

std::string counter_target(std::string_view name, std::optional<Ack> ack) {
  std::string target = "/v1/counters/";
  append_percent_encoded(target, name);
  return with_ack(std::move(target), ack);
}

std::string tree_target(std::string_view name) {
  std::string target = "/v1/trees/";
  append_percent_encoded(target, name);
  return target;
}

std::string batch_target(std::optional<Ack> ack) { return with_ack("/v1/counters", ack); }

std::string stream_target(StreamId stream, Sequence after) {
  return "/v1/streams/" + stream.text() + "?after=" + std::to_string(number(after));
}

std::string marks_target(std::uint64_t nonce, std::optional<std::uint64_t> digest) {
  std::string target = "/v1/marks?nonce=" + std::to_string(nonce);
  if (digest) target += "&digest=" + std::to_string(*digest);
  return target;
}

std::string server_target(const ServerId& id) { return "/v1/servers/" + id.text(); }

std::string assignment_target(std::string_view client) {
  std::string target = "/v1/assignment?client=";
  append_percent_encoded(target, client);
  return target;
}

Result<Sequence> after_parameter(std::string_view query) {
  const auto after = number_parameter(query, "after");
  if (!after) return after.error();
  return Sequence{after->value_or(0)};
}

Result<std::optional<std::uint64_t>> digest_parameter(std::string_view query) {
  return number_parameter(query, "digest");
}

Result<std::uint64_t> nonce_parameter(std::string_view query) {
  const auto nonce = number_parameter(query, "nonce");
  if (!nonce) return nonce.error();
  return nonce->value_or(0);
}

Result<bool> fresh_parameter(std::string_view query) {
  if (query.empty()) return false;  // nearly every read
  if (const auto known = check_parameters(query, {"fresh"}); !known) return known.error();
  const auto text = find_parameter(query, "fresh");
  if (!text) return text.error();
  if (!*text || **text == "false") return false;
  if (**text == "true") return true;
  return Error{Errc::invalid,
               quote(**text) + " is neither true nor false: fresh=true asks every server first."};
}

Result<std::optional<std::string>> client_parameter(std::string_view query) {
  auto client = find_parameter(query, "client");
  if (client && *client && (*client)->empty()) client->reset();
  return client;
}

}  // namespace tally
