// What RespParser makes of bytes, as text, so that two ways of cutting them can be compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/resp_parser.h"
#include "base/check.h"
#include "base/random.h"

namespace tally {

inline void append_command(std::string& text, std::span<const std::string_view> arguments) {
  TALLY_CHECK(!arguments.empty());
  for (const std::string_view argument : arguments) {
    text += std::to_string(argument.size()) + ":";
    text += argument;
    text += ' ';
  }
  text += '\n';
}

enum class LookAhead : std::uint8_t { no, yes };

// Each piece lies in memory of its own that ends with it, for the sanitizers, and is gone before the next is
// fed. Of what it looks ahead at it takes half, and looks at the rest again.
inline std::string resp_transcript(const std::vector<std::string>& pieces,
                                   std::size_t most_bytes = RespParser::kMostBytes,
                                   std::size_t most_arguments = RespParser::kMostArguments,
                                   LookAhead look_ahead = LookAhead::no) {
  RespParser parser(most_bytes, most_arguments);
  RespBurst burst;
  std::string text;
  for (const std::string& piece : pieces) {
    const std::vector<char> memory(piece.begin(), piece.end());
    std::string_view bytes(memory.data(), memory.size());
    for (bool more = true; more;) {
      if (look_ahead == LookAhead::yes) {
        parser.look_ahead(bytes, burst);
        const auto commands = burst.commands();
        for (const RespBurst::Command& command : commands.first((commands.size() + 1) / 2)) {
          append_command(text, command.arguments);
          bytes.remove_prefix(command.bytes);
        }
        if (!commands.empty()) continue;
      }
      const RespParser::State state = parser.feed(bytes);
      more = state == RespParser::State::complete || state == RespParser::State::too_large;
      if (state == RespParser::State::refused) return text + parser.refusal();
      if (state == RespParser::State::incomplete) TALLY_CHECK(bytes.empty());
      if (state == RespParser::State::too_large) text += "too large\n";
      if (state != RespParser::State::complete) continue;
      TALLY_CHECK(parser.idle());
      append_command(text, parser.arguments());
    }
  }
  return text + (parser.idle() ? "" : "incomplete");
}

inline std::vector<std::string> cut_every(const std::string& bytes, std::size_t size) {
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < bytes.size(); i += size) pieces.push_back(bytes.substr(i, size));
  return pieces;
}

inline std::vector<std::string> cut_at_random(const std::string& bytes, Random& random, std::size_t most) {
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < bytes.size(); i += pieces.back().size()) {
    pieces.push_back(bytes.substr(i, 1 + random.below(most)));
  }
  return pieces;
}

}  // namespace tally
