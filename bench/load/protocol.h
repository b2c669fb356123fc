// What can be asked of which kind of server, and which reply means that it did it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "bench/load/replies.h"

namespace tally::load {

// Gives the name that the next add goes to: all are equally long, and need no encoding anywhere.
using NameSource = std::function<std::string()>;

// One way to load a server.
struct Protocol {
  std::string_view name;
  std::string_view what;  // for people, in one line
  std::uint64_t adds;     // of one request

  // One request. `authority` is the server's host and port. All requests to one server are equally long.
  std::string (*request)(std::string_view authority, const NameSource& next_name);
  Result<Scanned> (*scan)(std::string_view unread);
};

std::span<const Protocol> protocols();

// Null when there is none of that name.
const Protocol* find_protocol(std::string_view name);

}  // namespace tally::load
