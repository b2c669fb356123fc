// Text to be cruel with, repeatable from a seed.
#pragma once

#include <string>

#include "base/random.h"

namespace tally {

// Any bytes.
inline std::string random_bytes(Random& random, std::size_t max_size) {
  std::string bytes(random.below(max_size + 1), '\0');
  for (char& c : bytes) c = static_cast<char>(random.below(256));
  return bytes;
}

// A valid name of a counter, full of what URLs and JSON have to escape.
inline std::string random_name(Random& random) {
  constexpr const char* kPieces[] = {
      "a", "Z", "7", " ",  "\"", "\\", "/",  "//",   "%",   "%41",          "+",
      "&", "=", "?", "#",  "..", "é",  "漢", "🦀", "{}",  "\xe2\x80\xa8", "\\u0041",
      "'", ":", ",", "[]", "~",  "-1", ".",  "<",    "null"};
  std::string name;
  for (std::uint64_t left = 1 + random.below(30); left > 0; --left)
    name += kPieces[random.below(std::size(kPieces))];
  return name;
}

}  // namespace tally
