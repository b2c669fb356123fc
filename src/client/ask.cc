#include <algorithm>
#include <csignal>
#include <iostream>
#include <string>

#include <unistd.h>

#include "api/list_query.h"
#include "api/server_state.h"
#include "client/commands.h"
#include "client/complain.h"
#include "client/json_line.h"
#include "client/signal_input.h"
#include "client/terminal_text.h"
#include "client/watch.h"

namespace tally {

namespace {

Result<void> write(const Output& output, const std::string& text) {
  output.out << text << std::flush;
  if (output.out) return {};
  return Error{Errc::internal, "The answer could not be written: see where standard output goes."};
}

// "name<TAB>value", or the same as JSON.
std::string counter_line(const Output& output, const CounterValue& counter) {
  if (output.format == OutputFormat::json) {
    return JsonLine().text("name", counter.name).integer("value", counter.value).line();
  }
  return (output.terminal ? harmless(counter.name) : counter.name) + "\t" + to_decimal(counter.value) + "\n";
}

Result<void> answer_to(FailoverClient& client, const AddCommand& add, const Output& output) {
  const auto added = client.add_with_ack(add.name, add.delta);
  if (!added) return added.error();
  JsonLine json;
  json.text("name", add.name).integer("value", added->counter.value).text("ack", to_text(added->ack));
  const std::string text = to_decimal(added->counter.value) + "\n";
  if (!write(output, output.format == OutputFormat::json ? json.line() : text)) {
    return Error{
        Errc::internal,
        "It is done, but its answer could not be written: look with `tally get`, and don't add again."};
  }
  return {};
}

std::string reading_json(const std::string& name, const ReadAnswer& reading) {
  JsonLine json;
  json.text("name", name).integer("value", reading.counter.value);
  if (reading.staleness_ms) json.integer("staleness_ms", *reading.staleness_ms);
  if (!reading.staleness_ms) json.null("staleness_ms");
  json.boolean("complete", reading.complete);
  std::string missing;
  for (const std::string& id : reading.missing) {
    missing += (missing.empty() ? "" : ",") + JsonLine::quoted(id);
  }
  if (!missing.empty()) json.raw("missing", "[" + missing + "]");
  return json.line();
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Result<void> answer_to(FailoverClient& client, const GetCommand& get, const Output& output) {
  std::string lines;
  std::vector<std::string> missing;
  for (const std::string& name : get.names) {
    const auto reading = client.read(name, get.fresh);
    if (!reading) return reading.error();
    if (output.format == OutputFormat::json) {
      lines += reading_json(name, *reading);
    } else if (get.names.size() > 1) {
      lines += counter_line(output, {name, reading->counter.value});
    } else {
      lines += to_decimal(reading->counter.value) + "\n";
    }
    if (!reading->complete) missing = reading->missing;
  }
  auto written = write(output, lines);
  if (written && get.fresh && !missing.empty()) {
    complain(output.err, "Nobody knows what " + joined(missing) +
                             " counted lately: 'tally doctor' says what is wrong there.");
  }
  return written;
}

std::string server_json(const ListedServer& server) {
  return JsonLine()
      .text("id", server.id.text())
      .text("url", server.url)
      .text("state", to_string(server.state))
      .integer("last_seen_ms", server.last_seen_ms)
      .line();
}

Result<void> answer_to(FailoverClient& client, const ServersCommand&, const Output& output) {
  const auto servers = client.servers();
  if (!servers) return servers.error();
  std::size_t id_width = 0;
  std::size_t url_width = 0;
  for (const ListedServer& server : *servers) {
    id_width = std::max(id_width, server.id.text().size());
    url_width = std::max(url_width, server.url.size());
  }
  std::string table;
  for (const ListedServer& server : *servers) {
    if (output.format == OutputFormat::json) {
      table += server_json(server);
      continue;
    }
    std::string id = server.id.text();
    std::string url = server.url;
    id.resize(id_width + 2, ' ');
    url.resize(url_width + 2, ' ');
    table.append(id).append(url).append(to_string(server.state)).append("\n");
  }
  return write(output, table);
}

// Page by page, so that the first lines are there at once and no list is held in memory.
Result<void> answer_to(FailoverClient& client, const ListCommand& list, const Output& output) {
  std::optional<SignalInput> interrupt;
  if (output.at_prompt) interrupt.emplace(std::initializer_list<int>{SIGINT});
  ListQuery query{.prefix = list.prefix, .order = list.order, .after = {}};
  std::optional<std::string> cursor;
  std::uint64_t left = list.limit;
  bool begun = false;
  while (left > 0 && (cursor || !begun)) {
    query.limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, kMaxPage));
    const auto page = client.page(query, cursor);
    const std::string a_part = begun ? " What was listed is a part." : "";
    if (!page) return Error{page.error().code, page.error().detail + a_part};
    std::string lines;
    for (const CounterValue& counter : page->counters) lines += counter_line(output, counter);
    if (auto written = write(output, lines); !written) return written;
    if (interrupt && interrupt->take()) return Error{Errc::unavailable, "Interrupted." + a_part};
    left -= std::min<std::uint64_t>(left, page->counters.size());
    cursor = page->next;
    begun = true;
  }
  return {};
}

Result<void> answer_to(FailoverClient& client, const WatchCommand& command, const Output& output) {
  return watch(client, command, output);
}

}  // namespace

Result<void> answer(FailoverClient& client, const ClientCommand& command, const Output& output) {
  return std::visit([&](const auto& each) { return answer_to(client, each, output); }, command);
}

int run_ask(const AskOptions& options) {
  FailoverClient client(options.client);
  const Output output{std::cout, std::cerr, options.output, isatty(STDOUT_FILENO) != 0};
  const auto done = answer(client, options.command, output);
  if (done) return 0;
  complain(std::cerr, done.error().detail);
  return 1;
}

}  // namespace tally
