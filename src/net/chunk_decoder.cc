#include "net/chunk_decoder.h"

#include <algorithm>
#include <optional>

namespace tally::net {

namespace {

constexpr std::size_t kMaxSizeDigits = 16;  // what 64 bits hold

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// Inside a line: no control byte but the tab.
bool is_text(char c) { return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t'; }

}  // namespace

ChunkDecoder::State ChunkDecoder::decode(std::string_view& bytes, std::string& body) {
  while (!bytes.empty()) {
    if (expect_ == Expect::data) {
      const std::size_t taken = std::min(size_, bytes.size());
      body.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      size_ -= taken;
      if (size_ == 0) expect_ = Expect::data_return;
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (const State state = take(c, body.size()); state != State::incomplete) return state;
  }
  return State::incomplete;
}

ChunkDecoder::State ChunkDecoder::take(char c, std::size_t body_size) {
  if (++line_ > line_bytes_) return State::malformed;
  switch (expect_) {
    case Expect::first_digit:
    case Expect::digits: return take_size_digit(c, body_size);
    case Expect::extension:
      if (c == '\r') {
        expect_ = Expect::size_line_feed;
      } else if (!is_text(c)) {
        return State::malformed;
      }
      return State::incomplete;
    case Expect::size_line_feed:
      if (c != '\n') return State::malformed;
      line_ = 0;
      expect_ = size_ > 0 ? Expect::data : Expect::trailer_start;
      return State::incomplete;
    case Expect::data: break;
    case Expect::data_return:
      if (c != '\r') return State::malformed;
      expect_ = Expect::data_line_feed;
      return State::incomplete;
    case Expect::data_line_feed:
      if (c != '\n') return State::malformed;
      line_ = 0;
      expect_ = Expect::first_digit;
      return State::incomplete;
    case Expect::trailer_start:
      if (c == '\r') {
        expect_ = Expect::final_line_feed;
      } else if (!is_text(c) || c == ' ' || c == '\t' || c == ':') {
        return State::malformed;
      } else {
        expect_ = Expect::trailer;
      }
      return State::incomplete;
    case Expect::trailer:
      if (c == '\r') {
        expect_ = Expect::trailer_line_feed;
      } else if (!is_text(c)) {
        return State::malformed;
      }
      return State::incomplete;
    case Expect::trailer_line_feed:
      if (c != '\n') return State::malformed;
      expect_ = Expect::trailer_start;
      return State::incomplete;
    case Expect::final_line_feed: return c == '\n' ? State::complete : State::malformed;
  }
  return State::malformed;
}

ChunkDecoder::State ChunkDecoder::take_size_digit(char c, std::size_t body_size) {
  if (const auto digit = hex_digit(c)) {
    if (expect_ == Expect::first_digit) size_ = 0;
    if (line_ > kMaxSizeDigits) return State::malformed;
    size_ = size_ << 4 | *digit;
    expect_ = Expect::digits;
    return State::incomplete;
  }
  if (expect_ == Expect::first_digit) return State::malformed;
  if (c == '\r') {
    expect_ = Expect::size_line_feed;
  } else if (c == ';') {
    expect_ = Expect::extension;
  } else {
    return State::malformed;
  }
  return size_ > body_bytes_ - body_size ? State::too_large : State::incomplete;
}

}  // namespace tally::net
