// What RespParser makes of bytes, as text, so that two ways of cutting them can be compared.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/resp_parser.h"
#include "base/check.h"
#include "base/random.h"

namespace tally {

// Each piece lies in memory of its own that ends with it, for the sanitizers, and is gone before the next is
// fed.
inline std::string resp_transcript(const std::vector<std::string>& pieces,
                                   std::size_t most_bytes = RespParser::kMostBytes,
                                   std::size_t most_arguments = RespParser::kMostArguments) {
  RespParser parser(most_bytes, most_arguments);
  std::string text;
  for (const std::string& piece : pieces) {
    const std::vector<char> memory(piece.begin(), piece.end());
    std::string_view bytes(memory.data(), memory.size());
    for (bool more = true; more;) {
      const RespParser::State state = parser.feed(bytes);
      more = state == RespParser::State::complete || state == RespParser::State::too_large;
      if (state == RespParser::State::refused) return text + parser.refusal();
      if (state == RespParser::State::incomplete) TALLY_CHECK(bytes.empty());
      if (state == RespParser::State::too_large) text += "too large\n";
      if (state != RespParser::State::complete) continue;
      TALLY_CHECK(parser.idle() && !parser.arguments().empty());
      for (const std::string_view argument : parser.arguments()) {
        text += std::to_string(argument.size()) + ":";
        text += argument;
        text += ' ';
      }
      text += '\n';
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
