#include "client/terminal_text.h"

#include <algorithm>
#include <clocale>
#include <cwchar>

#include <simdjson.h>

namespace tally {

namespace {

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Of valid UTF-8.
char32_t first_character(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0);
  const std::size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  char32_t c = byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3fU);
  return c;
}

std::string_view take_character(std::string_view& text) {
  const auto end = std::find_if_not(text.begin() + 1, text.end(), continues_a_character);
  const auto size = static_cast<std::size_t>(end - text.begin());
  const std::string_view character = text.substr(0, size);
  text.remove_prefix(size);
  return character;
}

// U+0080 to U+009F, too: for terminals some of them begin what moves the cursor.
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

bool turns_direction(char32_t c) {
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

// How wide characters are, whatever the user's locale, as long as this lives; this thread's only.
class Unicode {
 public:
  Unicode() : ours_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (ours_ != nullptr) before_ = uselocale(ours_);
  }
  ~Unicode() {
    if (ours_ == nullptr) return;
    uselocale(before_);
    freelocale(ours_);
  }
  Unicode(const Unicode&) = delete;
  Unicode& operator=(const Unicode&) = delete;

  static std::size_t columns(std::string_view character) {
    const int width = wcwidth(static_cast<wchar_t>(first_character(character)));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
  }

 private:
  locale_t ours_;
  locale_t before_ = nullptr;
};

std::size_t columns_of_all(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) sum += Unicode::columns(take_character(text));
  return sum;
}

}  // namespace

std::string as_utf8(std::string_view text) {
  std::string utf8(text);
  if (!simdjson::validate_utf8(utf8)) std::replace_if(utf8.begin(), utf8.end(), is_beyond_ascii, '?');
  return utf8;
}

std::string harmless(std::string_view text) {
  const std::string utf8 = as_utf8(text);
  std::string line;
  std::string_view rest = utf8;
  while (!rest.empty()) {
    const std::string_view character = take_character(rest);
    const char32_t c = first_character(character);
    line.append(is_control(c) || turns_direction(c) ? " " : character);
  }
  return line;
}

std::size_t columns(std::string_view text) {
  const Unicode unicode;
  return columns_of_all(text);
}

std::string fitted(std::string_view text, std::size_t width) {
  const Unicode unicode;
  std::string line;
  std::size_t used = 0;
  const bool fits = columns_of_all(text) <= width;
  const std::size_t room = fits ? width : width - std::min<std::size_t>(width, 1);
  while (!text.empty()) {
    const std::string_view character = take_character(text);
    const std::size_t more = Unicode::columns(character);
    if (used + more > room) break;
    line.append(character);
    used += more;
  }
  if (!fits && width > 0) {
    line.append("\u2026");
    ++used;
  }
  return line.append(width - used, ' ');
}

}  // namespace tally
