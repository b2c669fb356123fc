// Replies of the Redis protocol, versions 2 and 3: https://redis.io/docs/reference/protocol-spec
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/ack.h"
#include "base/error.h"
#include "base/int128.h"

namespace tally {

enum class RespVersion : std::uint8_t { two = 2, three = 3 };

// Appends to a string, which outlives it. An array, a map or a set is begun with its size; its elements
// follow.
class RespReply {
 public:
  RespReply(std::string& out, RespVersion version) : out_(out), version_(version) {}

  void simple(std::string_view text) { line('+', text); }
  void ok() { out_ += "+OK\r\n"; }
  // `text` begins with a code in capitals: "ERR syntax error". Line ends in it become spaces.
  void error(std::string_view text);
  void integer(std::int64_t value) { number(':', value); }
  void bulk(std::string_view bytes);
  void bulk(Int128 value) { bulk(std::string_view(to_decimal(value))); }
  // Text for people. Version 2 has only bulks.
  void verbatim(std::string_view text);
  void nil() { out_ += version_ == RespVersion::two ? "$-1\r\n" : "_\r\n"; }
  void array(std::size_t size) { number('*', static_cast<std::int64_t>(size)); }
  // In version 2 an array of twice as many.
  void map(std::size_t pairs);
  // In version 2 an array.
  void set(std::size_t size);

  RespVersion version() const { return version_; }

 private:
  void line(char type, std::string_view text);
  void number(char type, std::int64_t value) {
    char text[24];  // ":-9223372036854775808\r\n"
    text[0] = type;
    char* end = std::to_chars(text + 1, text + sizeof text - 2, value).ptr;
    *end++ = '\r';
    *end++ = '\n';
    out_.append(text, end);
  }

  std::string& out_;
  RespVersion version_;
};

// Our errors in words that Redis's clients know: the one table from Errc to RESP.
void append_resp_error(std::string& out, const Error& error);

// The reply to an add that is counted, and has `got` when it was to have more.
void append_unconfirmed(std::string& out, Ack got);

// The reply to a command that is beyond the usual limits of a RespParser.
void append_too_large(std::string& out);

}  // namespace tally
