#include "api/resp_pattern.h"

#include <utility>

namespace tally {

namespace {

// Takes a "[...]" whose bracket is taken already, and says whether `c` is among it. The end of the pattern
// closes it.
bool take_class(std::string_view& pattern, char c) {
  const auto take = [&pattern] {
    const char first = pattern.front();
    pattern.remove_prefix(1);
    return static_cast<unsigned char>(first);
  };
  const auto looked_for = static_cast<unsigned char>(c);
  const bool negated = pattern.starts_with('^');
  if (negated) take();
  bool found = false;
  while (!pattern.empty()) {
    unsigned char first = take();
    if (first == ']') return found != negated;
    if (first == '\\' && !pattern.empty()) {
      found = take() == looked_for || found;
    } else if (pattern.size() >= 2 && pattern[0] == '-') {
      take();
      unsigned char last = take();
      if (first > last) std::swap(first, last);
      found = (first <= looked_for && looked_for <= last) || found;
    } else {
      found = first == looked_for || found;
    }
  }
  return found != negated;
}

// Takes what stands for one byte, not a star, off the pattern.
bool take_one(std::string_view& pattern, char c) {
  const char first = pattern.front();
  pattern.remove_prefix(1);
  if (first == '?') return true;
  if (first == '[') return take_class(pattern, c);
  if (first != '\\' || pattern.empty()) return first == c;
  const char escaped = pattern.front();
  pattern.remove_prefix(1);
  return escaped == c;
}

}  // namespace

// Only the last star seen is ever tried anew: what an earlier one took more of, the last can take, too.
bool matches_pattern(std::string_view pattern, std::string_view name) {
  bool starred = false;
  std::string_view behind_star;
  std::string_view from_star;  // of the name, what the star has not taken
  for (;;) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      starred = true;
      behind_star = pattern;
      from_star = name;
      continue;
    }
    if (name.empty()) return pattern.empty();
    std::string_view rest = pattern;
    if (!pattern.empty() && take_one(rest, name.front())) {
      pattern = rest;
      name.remove_prefix(1);
      continue;
    }
    if (!starred || from_star.empty()) return false;
    from_star.remove_prefix(1);
    pattern = behind_star;
    name = from_star;
  }
}

}  // namespace tally
