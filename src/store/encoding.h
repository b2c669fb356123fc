// How numbers, ids and texts become bytes on disk, and back (docs/storage.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/ids.h"

namespace tally::layout {

// Big-endian, so that keys sort as their numbers do.
inline void put_fixed(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((value >> shift) & 0xff));
}

inline void put_stream(std::string& out, StreamId stream) {
  put_fixed(out, stream.high);
  put_fixed(out, stream.low);
}

// Seven bits a byte, the lowest first; the highest bit says that more follow.
inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// 0, -1, 1, -2, 2 ... as 0, 1, 2, 3, 4 ...: what is small either way takes few bytes.
inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

inline void put_text(std::string& out, std::string_view text) {
  TALLY_CHECK(text.size() <= 0xff);
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

// Reads from the front. Once something could not be read everything after it is zero or empty, and ok() says
// so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  bool done() const { return !ok_ || left_.empty(); }

  std::string_view bytes(std::size_t count) {
    if (count > left_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  std::string_view rest() { return bytes(left_.size()); }

  std::uint8_t byte() {
    const std::string_view one = bytes(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
  }

  std::uint64_t fixed() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }

  StreamId stream() {
    const std::uint64_t high = fixed();
    return {high, fixed()};
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint64_t next = byte();
      value |= (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        if (shift == 63 && next > 1) fail();
        return value;
      }
    }
    fail();
    return 0;
  }

  std::int64_t signed_varint() { return unzigzag(varint()); }
  std::string_view text() { return bytes(byte()); }

  std::optional<ServerId> server() {
    auto id = ServerId::parse(text());
    if (!id) return std::nullopt;
    return std::move(*id);
  }

  Reader& expect(char wanted) {
    if (byte() != static_cast<std::uint8_t>(wanted)) fail();
    return *this;
  }

 private:
  void fail() {
    ok_ = false;
    left_ = {};
  }

  std::string_view left_;
  bool ok_ = true;
};

}  // namespace tally::layout
