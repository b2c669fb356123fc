#include "count/counter_name.h"

#include <cstdint>
#include <cstring>
#include <string>

namespace tally {

namespace {

constexpr bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

constexpr char32_t kNotACharacter = 0xffffffff;

// Takes the first character off `text`; kNotACharacter where RFC 3629 has none.
char32_t take_character(std::string_view& text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    text.remove_prefix(1);
    return lead;
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return kNotACharacter;
  char32_t c = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return kNotACharacter;
    c = c << 6 | (byte(i) & 0x3fU);
  }
  const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  const bool surrogate = c >= 0xd800 && c <= 0xdfff;
  if (c < least || c > 0x10ffff || surrogate) return kNotACharacter;
  text.remove_prefix(length);
  return c;
}

constexpr std::size_t kWord = sizeof(std::uint64_t);

// Eight bytes at once: ASCII without its control characters.
bool is_plain_word(const char* at) {
  constexpr std::uint64_t kOfEach = 0x0101010101010101U;
  std::uint64_t word = 0;
  std::memcpy(&word, at, kWord);
  const std::uint64_t below_blank = (word - 0x20 * kOfEach) & ~word;
  const std::uint64_t deleted = word + kOfEach;  // 0x7f becomes 0x80
  return ((word | below_blank | deleted) & 0x80 * kOfEach) == 0;
}

// Most names are.
bool is_plain(std::string_view name) {
  if (name.size() < kWord) return false;
  const char* const last = name.data() + name.size() - kWord;
  for (const char* at = name.data(); at < last; at += kWord) {
    if (!is_plain_word(at)) return false;
  }
  return is_plain_word(last);
}

Error refusal(const char* what) {
  return Error{Errc::invalid, std::string("The counter's name ") + what +
                                  ": a name is 1 to 255 bytes of UTF-8 without control characters."};
}

}  // namespace

Result<void> check_counter_name(std::string_view name) {
  if (name.empty()) return refusal("is empty");
  if (name.size() > kMaxNameBytes) return refusal("is too long");
  if (is_plain(name)) return {};
  while (!name.empty()) {
    const char32_t c = take_character(name);
    if (c == kNotACharacter) return refusal("is not UTF-8");
    if (is_control(c)) return refusal("contains a control character");
  }
  return {};
}

}  // namespace tally
