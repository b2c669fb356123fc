#include "api/resp_inline.h"

#include <charconv>
#include <cstddef>

namespace tally {

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool ends_a_word(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

char meaning_of_escaped(char c) {
  switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'a': return '\a';
    default: return c;
  }
}

// Reads one word, and writes what it means over it: that is never longer.
class Word {
 public:
  Word(char* at, const char* end) : begin_(at), write_(at), read_(at), end_(end) {}

  // False where a quote is left open, or something stands directly behind a closing one.
  bool read() {
    while (read_ < end_ && !ends_a_word(*read_)) {
      const char c = *read_++;
      if (c != '"' && c != '\'') {
        *write_++ = c;
        continue;
      }
      return read_quoted(c) && (read_ == end_ || is_blank(*read_));
    }
    return true;
  }

  std::string_view text() const { return {begin_, static_cast<std::size_t>(write_ - begin_)}; }
  char* rest() const { return read_; }

 private:
  bool read_quoted(char quote) {
    while (read_ < end_) {
      const char c = *read_++;
      if (c == quote) return true;
      if (c == '\\' && quote == '"' && read_ < end_) {
        *write_++ = read_escape();
      } else if (c == '\\' && quote == '\'' && read_ < end_ && *read_ == '\'') {
        *write_++ = *read_++;
      } else {
        *write_++ = c;
      }
    }
    return false;
  }

  // Behind the backslash.
  char read_escape() {
    if (end_ - read_ >= 3 && *read_ == 'x') {
      unsigned char byte = 0;
      if (std::from_chars(read_ + 1, read_ + 3, byte, 16).ptr == read_ + 3) {
        read_ += 3;
        return static_cast<char>(byte);
      }
    }
    return meaning_of_escaped(*read_++);
  }

  const char* begin_;
  char* write_;
  char* read_;
  const char* end_;
};

}  // namespace

bool split_inline(std::string& line, std::vector<std::string_view>& words) {
  words.clear();
  char* at = line.data();
  const char* const end = at + line.size();
  for (;;) {
    while (at < end && is_blank(*at)) ++at;
    if (at == end) return true;
    Word word(at, end);
    if (!word.read()) return false;
    words.push_back(word.text());
    at = word.rest();
  }
}

}  // namespace tally
