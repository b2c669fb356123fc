#include "client/top_view.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "api/server_state.h"
#include "client/rate.h"
#include "client/scraped_metrics.h"
#include "client/terminal_text.h"

namespace tally {

namespace {

constexpr std::size_t kNumberWidth = 14;
constexpr std::size_t kStateWidth = 10;
constexpr std::size_t kShortestName = 12;
constexpr std::string_view kNothing = "-";

struct Row {
  std::string_view name;
  Int128 value;
  std::optional<double> rate;  // a second
};

class Table {
 public:
  explicit Table(const TopStyle& style) : style_(style) {}

  // Cut to the terminal, where there is one; not written once that is full.
  void line(const std::string& text, std::string_view colour = {}) {
    if (full()) return;
    ++lines_;
    // The last column stays free: behind it some terminals have begun a new line already.
    const bool cut = style_.size && columns(text) >= style_.size->columns;
    const std::string shown = cut ? fitted(text, style_.size->columns - 1) : text;
    const bool coloured = style_.colours && !colour.empty();
    text_.append(coloured ? colour : "").append(shown).append(coloured ? "\033[0m" : "").append("\n");
  }

  bool full() const { return style_.size && lines_ + 1 >= style_.size->rows; }
  std::string text() && { return std::move(text_); }

 private:
  const TopStyle& style_;
  std::string text_;
  std::size_t lines_ = 0;
};

std::string right(std::string_view text, std::size_t width) {
  return std::string(std::max(width, text.size() + 1) - text.size(), ' ') + std::string(text);
}

std::string number(std::optional<double> number) {
  return right(number ? count_text(*number) : std::string(kNothing), kNumberWidth);
}

std::string rate(std::optional<double> rate) {
  return right(rate ? rate_text(*rate) : std::string(kNothing), kNumberWidth);
}

std::string_view colour_of(ServerState state) {
  switch (state) {
    case ServerState::ready: return "\033[32m";
    case ServerState::down: return "\033[31m";
    default: return "\033[33m";
  }
}

constexpr std::string_view kBold = "\033[1m";

std::optional<double> adds_rate(const TopLook::Server& server, const TopLook& look, const TopLook* before) {
  if (before == nullptr || !server.adds) return std::nullopt;
  const auto old = std::ranges::find_if(before->servers, [&](const TopLook::Server& each) {
    return each.listed.id == server.listed.id && each.listed.url == server.listed.url;
  });
  if (old == before->servers.end() || !old->adds || *old->adds > *server.adds) return std::nullopt;
  return rate_of(*server.adds - *old->adds, look.at - before->at);
}

std::vector<Row> rows_of(const TopLook& look, const TopLook* before, TopOrder order) {
  std::map<std::string_view, Int128> old;
  if (before != nullptr) {
    for (const CounterValue& counter : before->counters) old.emplace(counter.name, counter.value);
  }
  std::vector<Row> rows;
  rows.reserve(look.counters.size());
  for (const CounterValue& counter : look.counters) {
    Row row{counter.name, counter.value, std::nullopt};
    if (const auto found = old.find(counter.name); found != old.end()) {
      row.rate = rate_of(static_cast<double>(counter.value - found->second), look.at - before->at);
    }
    rows.push_back(row);
  }
  if (order == TopOrder::rate) {
    std::ranges::stable_sort(rows, std::ranges::greater(),
                             [](const Row& row) { return std::abs(row.rate.value_or(0)); });
  }
  return rows;
}

std::size_t name_width(const std::vector<std::string>& names, std::size_t numbers, const TopStyle& style) {
  std::size_t width = kShortestName;
  for (const std::string& name : names) width = std::max(width, columns(name));
  if (!style.size) return width;
  const std::size_t taken = numbers * kNumberWidth + 1;
  const std::size_t room = style.size->columns > taken ? style.size->columns - taken : 0;
  return std::min(width, std::max(room, kShortestName));
}

void show_servers(const TopLook& look, const TopLook* before, const TopStyle& style, Table& table) {
  std::vector<std::string> names;
  names.reserve(look.servers.size());
  for (const TopLook::Server& server : look.servers) names.push_back(server.listed.id.text());
  const std::size_t width = name_width(names, 4, style);
  table.line(fitted("SERVER", width) + right("STATE", kStateWidth) + right("ADDS/S", kNumberWidth) +
                 right("COUNTERS", kNumberWidth) + right("UNSHARED", kNumberWidth),
             kBold);
  for (const TopLook::Server& server : look.servers) {
    table.line(fitted(server.listed.id.text(), width) + right(to_string(server.listed.state), kStateWidth) +
                   rate(adds_rate(server, look, before)) + number(server.counters) + number(server.unshared),
               colour_of(server.listed.state));
  }
}

void show_counters(const std::vector<Row>& rows, const TopStyle& style, Table& table) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const Row& row : rows) names.push_back(harmless(row.name));
  const std::size_t width = name_width(names, 2, style);
  table.line(fitted("COUNTER", width) + right("VALUE", kNumberWidth) + right("RATE/S", kNumberWidth), kBold);
  for (std::size_t i = 0; i < rows.size() && !table.full(); ++i) {
    table.line(fitted(names[i], width) + right(to_decimal(rows[i].value), kNumberWidth) + rate(rows[i].rate));
  }
}

std::string summary(const TopLook& look, const TopLook* before) {
  const auto ready = std::ranges::count_if(
      look.servers, [](const auto& server) { return server.listed.state == ServerState::ready; });
  std::optional<double> adds;
  for (const TopLook::Server& server : look.servers) {
    if (const auto more = adds_rate(server, look, before)) adds = adds.value_or(0) + *more;
  }
  const std::string count = std::to_string(look.servers.size());
  return "Tally: " + count + (look.servers.size() == 1 ? " server, " : " servers, ") + std::to_string(ready) +
         " ready, " + (adds ? rate_text(*adds) : std::string(kNothing)) + " adds/s";
}

}  // namespace

std::string top_table(const TopLook& look, const TopLook* before, const TopStyle& style) {
  Table table(style);
  table.line(summary(look, before), kBold);
  if (look.failure) table.line(harmless(look.failure->detail), colour_of(ServerState::down));
  table.line("");
  show_servers(look, before, style, table);
  table.line("");
  show_counters(rows_of(look, before, style.order), style, table);
  return std::move(table).text();
}

}  // namespace tally
