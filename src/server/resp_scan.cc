// SCAN: the names of all counters, some at a time. Its cursor is how many counters were looked at, in the
// order in which they were made: every server has an order of its own, and none keeps anything for a scan.
#include <algorithm>
#include <charconv>

#include "api/resp_integer.h"
#include "api/resp_pattern.h"
#include "server/resp_commands.h"

namespace tally {

namespace {

struct ScanOptions {
  std::size_t count = 10;
  std::optional<std::string_view> pattern = {};
  std::optional<std::string_view> type = {};
};

// Says in `reply` what is wrong.
std::optional<ScanOptions> read_options(std::span<const std::string_view> arguments, RespReply reply) {
  // How many counters one call looks at, so that nobody else on this loop waits long, and no reply is
  // enormous. Clients take fewer than they asked for, and go on.
  constexpr std::int64_t kMostAtOnce = 1000;
  const auto refuse = [&reply](std::string_view why) {
    reply.error(why);
    return std::nullopt;
  };
  ScanOptions options;
  for (; !arguments.empty(); arguments = arguments.subspan(2)) {
    if (arguments.size() < 2) return refuse(kSyntaxError);
    const std::string_view value = arguments[1];
    if (equal_ignoring_case(arguments[0], "count")) {
      const auto count = parse_resp_integer(value);
      if (!count) return refuse(kNotAnInteger);
      if (*count < 1) return refuse(kSyntaxError);
      options.count = static_cast<std::size_t>(std::min(*count, kMostAtOnce));
    } else if (equal_ignoring_case(arguments[0], "match")) {
      if (value.size() > kMostPatternBytes) {
        return refuse("ERR the pattern is too long: 512 bytes are enough for every name");
      }
      options.pattern = value;
    } else if (equal_ignoring_case(arguments[0], "type")) {
      options.type = value;
    } else {
      return refuse(kSyntaxError);
    }
  }
  return options;
}

}  // namespace

void RespCommands::scan(Arguments arguments, RespReply reply) {
  std::size_t cursor = 0;
  const std::string_view text = arguments[1];
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cursor);
  if (error != std::errc{} || end != text.data() + text.size()) return reply.error("ERR invalid cursor");
  const auto options = read_options(arguments.subspan(2), reply);
  if (!options) return;
  seen_.clear();
  cursor = thread_.scan(cursor, options->count, seen_);
  const auto unwanted = [&options](const Counter* counter) {
    // Redis's type of what INCR makes.
    if (options->type && !equal_ignoring_case(*options->type, "string")) return true;
    return options->pattern && !matches_pattern(*options->pattern, counter->name());
  };
  seen_.erase(std::remove_if(seen_.begin(), seen_.end(), unwanted), seen_.end());
  reply.array(2);
  reply.bulk(std::string_view(std::to_string(cursor)));
  reply.array(seen_.size());
  for (const Counter* counter : seen_) reply.bulk(counter->name());
}

}  // namespace tally
