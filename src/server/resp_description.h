// COMMAND and INFO: what a counting server says about itself over the Redis protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "api/resp_reply.h"
#include "base/duration.h"
#include "base/ids.h"

namespace tally {

// COUNT DOCS HELP INFO LIST, and none of these. `arguments` are the whole command.
void serve_command(std::span<const std::string_view> arguments, RespReply reply);

// What INFO says besides what never changes.
struct RespFigures {
  StreamId run;
  std::uint16_t port = 0;
  Duration uptime{0};
  std::size_t connections = 0;  // of this protocol, now
  std::size_t most_connections = 0;
  std::uint64_t connections_ever = 0;
  std::uint64_t commands_ever = 0;
  std::uint64_t adds_ever = 0;
  std::size_t counters = 0;
  bool starting = false;
};

// The sections that `names` name, all for none, in Redis's form: lines of key:value under "# Section", by CR
// and LF.
std::string info_text(std::span<const std::string_view> names, const RespFigures& figures);

}  // namespace tally
