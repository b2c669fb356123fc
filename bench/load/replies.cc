#include "bench/load/replies.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace tally::load {
namespace {

constexpr std::string_view kNewLine = "\r\n";

Error refused(std::string_view reply) {
  constexpr std::size_t kShown = 300;
  std::string shown;
  for (const char byte : reply.substr(0, kShown)) {
    if (byte == '\n') {
      shown += "\\n";
    } else if (byte != '\r') {
      shown += byte >= ' ' && byte <= '~' ? byte : '?';
    }
  }
  return {Errc::malformed, "the server did not do what it was asked. It answered: " + shown};
}

// What there is of `text` is what `expected` begins with.
bool may_become(std::string_view text, std::string_view expected) {
  return text.substr(0, expected.size()) == expected.substr(0, text.size());
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_content_length(std::string_view line) {
  constexpr std::string_view kName = "content-length:";
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return line.size() > kName.size() && std::equal(kName.begin(), kName.end(), line.begin(), same);
}

struct Head {
  std::size_t bytes = 0;  // the empty line included; 0: not all of it is there
  std::optional<std::size_t> content_length;
};

Head read_head(std::string_view unread) {
  Head head;
  for (std::size_t at = 0;;) {
    const std::size_t end = unread.find(kNewLine, at);
    if (end == std::string_view::npos) return head;
    const std::string_view line = unread.substr(at, end - at);
    at = end + kNewLine.size();
    if (line.empty()) {
      head.bytes = at;
      return head;
    }
    if (is_content_length(line)) {
      const char* const digits = line.data() + std::min(line.find_last_of(": ") + 1, line.size());
      std::size_t length = 0;
      const auto [past, error] = std::from_chars(digits, line.data() + line.size(), length);
      if (error == std::errc() && past == line.data() + line.size()) head.content_length = length;
    }
  }
}

}  // namespace

Result<Scanned> scan_integers(std::string_view unread, std::string_view lead) {
  Scanned scanned;
  while (scanned.bytes < unread.size()) {
    const std::string_view rest = unread.substr(scanned.bytes);
    if (!may_become(rest, lead)) return refused(rest);
    std::size_t end = std::min(lead.size(), rest.size());
    const std::size_t digits = end;
    while (end < rest.size() && is_digit(rest[end])) ++end;
    if (end == rest.size()) break;
    if (end == digits || !may_become(rest.substr(end), kNewLine)) return refused(rest);
    end += kNewLine.size();
    if (end > rest.size()) break;
    ++scanned.replies;
    scanned.bytes += end;
  }
  return scanned;
}

Result<Scanned> scan_http_ok(std::string_view unread, std::string_view body_start) {
  Scanned scanned;
  while (scanned.bytes < unread.size()) {
    const std::string_view rest = unread.substr(scanned.bytes);
    if (!may_become(rest, "HTTP/1.1 200 ")) return refused(rest);
    const Head head = read_head(rest);
    if (head.bytes == 0) break;
    if (!head.content_length) return refused(rest);
    const std::string_view body = rest.substr(head.bytes, *head.content_length);
    if (!may_become(body, body_start)) return refused(rest);
    if (body.size() < *head.content_length) break;
    if (body.size() < body_start.size()) return refused(rest);
    ++scanned.replies;
    scanned.bytes += head.bytes + body.size();
  }
  return scanned;
}

}  // namespace tally::load
