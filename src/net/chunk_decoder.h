// The chunked transfer coding (RFC 9112, section 7.1), read strictly: the same bytes give the same body or
// the same refusal however they are cut. Sizes are hexadecimal digits and nothing else; extensions and
// trailers are read past and forgotten, since nothing here needs any; lines end with CRLF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::net {

class ChunkDecoder {
 public:
  enum class State : std::uint8_t { incomplete, complete, malformed, too_large };

  // `line_bytes` bounds each size line with its extension, and the trailers together; `body_bytes` the
  // decoded body.
  ChunkDecoder(std::size_t line_bytes, std::size_t body_bytes)
      : line_bytes_(line_bytes), body_bytes_(body_bytes) {}

  // Takes bytes from the front of `bytes` and appends what they carry to `body`, up to the end of the coding.
  // After any other state than `incomplete` there is nothing more to decode.
  State decode(std::string_view& bytes, std::string& body);

 private:
  enum class Expect : std::uint8_t {
    first_digit,
    digits,
    extension,
    size_line_feed,
    data,
    data_return,
    data_line_feed,
    trailer_start,
    trailer,
    trailer_line_feed,
    final_line_feed
  };

  State take(char c, std::size_t body_size);
  State take_size_digit(char c, std::size_t body_size);

  std::size_t line_bytes_;
  std::size_t body_bytes_;
  std::uint64_t size_ = 0;  // of the chunk; while its data is read, what is left of it
  std::size_t line_ = 0;    // bytes of this size line, or of all trailers
  Expect expect_ = Expect::first_digit;
};

}  // namespace tally::net
