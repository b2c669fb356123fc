#include "balancer/sight.h"

#include <chrono>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "api/decimal.h"
#include "api/server_state.h"

namespace tally {

namespace {

namespace json = boost::json;

// Serialised JSON has no line breaks, so one line of data holds it.
std::string event(std::string_view kind, const json::object& data) {
  return "event: " + std::string(kind) + "\ndata: " + json::serialize(data) + "\n\n";
}

std::string decimal(Int128 value) {
  std::string text;
  append_decimal(text, value);
  return text;
}

json::value id_or_null(const std::optional<ServerId>& server) {
  return server ? json::value(server->text()) : json::value();
}

json::value ms_or_null(std::optional<std::int64_t> ms) { return ms ? json::value(*ms) : json::value(); }

void add_trouble(json::object& data, const std::string& trouble) {
  if (!trouble.empty()) data["trouble"] = trouble;
}

json::value stats_data(const std::optional<ServerStats>& stats) {
  if (!stats) return {};
  json::array lags;
  for (const ServerStats::Lag& lag : stats->lags) {
    lags.push_back({{"id", lag.server.text()}, {"lag_ms", ms_or_null(lag.ms)}});
  }
  return {{"run", stats->run.text()},
          {"adds", stats->adds},
          {"counters", stats->counters},
          {"unshared_adds", stats->unshared_adds},
          {"share_interval_ms", stats->share_interval_ms},
          {"lags", std::move(lags)}};
}

json::array nodes_data(const std::vector<TreeNode>& nodes) {
  json::array list;
  for (const TreeNode& node : nodes) {
    list.push_back({{"key", node.key},
                    {"value", decimal(node.value)},
                    {"computed", decimal(node.computed)},
                    {"valid", node.valid},
                    {"children", nodes_data(node.children)}});
  }
  return list;
}

json::object reading_data(const ReadAnswer& reading) {
  return {{"value", decimal(reading.counter.value)},
          {"staleness_ms", ms_or_null(reading.staleness_ms)},
          {"complete", reading.complete},
          {"missing", json::array(reading.missing.begin(), reading.missing.end())}};
}

}  // namespace

std::string cluster_event(Instant at, const std::vector<SeenServer>& servers) {
  json::array list;
  for (const SeenServer& seen : servers) {
    json::object server{{"id", seen.listed.id.text()},
                        {"url", seen.listed.url},
                        {"state", to_string(seen.listed.state)},
                        {"last_seen_ms", seen.listed.last_seen_ms},
                        {"stats", stats_data(seen.stats)}};
    add_trouble(server, seen.trouble);
    list.push_back(std::move(server));
  }
  const auto at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
  return event("cluster", {{"at_ms", at_ms.count()}, {"servers", std::move(list)}});
}

std::string top_event(const SeenTop& top) {
  json::array list;
  for (const CounterValue& counter : top.counters) {
    list.push_back({{"name", counter.name}, {"value", decimal(counter.value)}});
  }
  json::object data{{"server", id_or_null(top.server)}, {"counters", std::move(list)}};
  add_trouble(data, top.trouble);
  return event("top", data);
}

std::string counter_event(const SeenCounter& counter) {
  json::object data{{"name", counter.name}, {"server", id_or_null(counter.server)}};
  if (counter.reading) data["reading"] = reading_data(*counter.reading);
  data["nodes"] = nodes_data(counter.nodes);
  add_trouble(data, counter.trouble);
  return event("counter", data);
}

}  // namespace tally
