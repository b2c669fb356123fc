#include "api/server_stats.h"

#include "api/json_fields.h"

namespace tally {

namespace {

namespace json = boost::json;

Result<ServerStats::Lag> lag_in(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) {
    return Error{Errc::invalid,
                 "An entry of 'lags' is not an object: are both programs Tally of about the same version?"};
  }
  auto server = server_id_field(*object, "id");
  if (!server) return server.error();
  const json::value* const ms = object->if_contains("lag_ms");
  if (ms != nullptr && ms->is_null()) return ServerStats::Lag{*std::move(server), std::nullopt};
  const auto count = count_field(*object, "lag_ms");
  if (!count) return count.error();
  return ServerStats::Lag{*std::move(server), *count};
}

}  // namespace

void append_server_stats(std::string& out, const ServerStats& stats) {
  json::array lags;
  for (const ServerStats::Lag& lag : stats.lags) {
    lags.push_back({{"id", lag.server.text()}, {"lag_ms", lag.ms ? json::value(*lag.ms) : json::value()}});
  }
  out += json::serialize(json::object{{"run", stats.run.text()},
                                      {"adds", stats.adds},
                                      {"counters", stats.counters},
                                      {"unshared_adds", stats.unshared_adds},
                                      {"share_interval_ms", stats.share_interval_ms},
                                      {"lags", std::move(lags)}});
}

Result<ServerStats> read_server_stats(std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return object.error();
  const auto run = stream_id_field(*object, "run");
  if (!run) return run.error();
  ServerStats stats{*run, 0, 0, 0, 0, {}};
  const std::pair<std::string_view, std::int64_t*> counts[] = {
      {"adds", &stats.adds},
      {"counters", &stats.counters},
      {"unshared_adds", &stats.unshared_adds},
      {"share_interval_ms", &stats.share_interval_ms}};
  for (const auto& [key, count] : counts) {
    const auto field = count_field(*object, key);
    if (!field) return field.error();
    *count = *field;
  }
  const auto lags = list_field(*object, "lags");
  if (!lags) return lags.error();
  for (const json::value& value : *lags) {
    auto lag = lag_in(value);
    if (!lag) return lag.error();
    stats.lags.push_back(*std::move(lag));
  }
  return stats;
}

}  // namespace tally
