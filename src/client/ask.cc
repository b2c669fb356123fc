#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>

#include "api/server_state.h"
#include "client/commands.h"
#include "client/complain.h"

namespace tally {

namespace {

Result<std::string> answer_to(Client& client, const AddCommand& add) {
  const auto value = client.add(add.name, add.delta);
  if (!value) return value.error();
  return to_decimal(*value) + "\n";
}

Result<std::string> answer_to(Client& client, const GetCommand& get) {
  std::string lines;
  for (const std::string& name : get.names) {
    const auto value = client.get(name);
    if (!value) return value.error();
    if (get.names.size() > 1) lines += name + "\t";
    lines += to_decimal(*value) + "\n";
  }
  return lines;
}

Result<std::string> answer_to(Client& client, const ServersCommand&) {
  auto servers = client.servers();
  if (!servers) return servers.error();
  std::size_t id_width = 0;
  std::size_t url_width = 0;
  for (const ListedServer& server : *servers) {
    id_width = std::max(id_width, server.id.text().size());
    url_width = std::max(url_width, server.url.size());
  }
  std::string table;
  for (const ListedServer& server : *servers) {
    std::string id = server.id.text();
    std::string url = server.url;
    id.resize(id_width + 2, ' ');
    url.resize(url_width + 2, ' ');
    table.append(id).append(url).append(to_string(server.state)).append("\n");
  }
  return table;
}

}  // namespace

Result<void> answer(Client& client, const ClientCommand& command, std::ostream& out) {
  const auto text = std::visit([&client](const auto& each) { return answer_to(client, each); }, command);
  if (!text) return text.error();
  out << *text << std::flush;
  if (!out)
    return Error{
        Errc::internal,
        "It is done, but its answer could not be written: look with `tally get`, and don't add again."};
  return {};
}

int run_ask(const AskOptions& options) {
  Client client(options.client);
  const auto done = answer(client, options.command, std::cout);
  if (done) return 0;
  complain(std::cerr, done.error().detail);
  return 1;
}

}  // namespace tally
