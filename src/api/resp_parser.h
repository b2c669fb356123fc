// Commands of the Redis protocol out of the bytes that a connection brings, cut anywhere.
// https://redis.io/docs/reference/protocol-spec; where that is silent, what Redis 7.0 does (networking.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/resp_burst.h"

namespace tally {

// One connection's; used by one thread. However the bytes are cut, the same commands come out.
//
// Holds no more than the bytes of one command, whatever a header claims is still to come: what has arrived is
// kept, never room for it beforehand. A command that is too large is read to its end and not kept.
class RespParser {
 public:
  // As large as a body over HTTP may be, and as many names as a batch may have.
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMostArguments = 1 + 10'000;

  // Redis's own limits.
  static constexpr std::size_t kMostLineBytes = std::size_t{64} * 1024;
  static constexpr std::int64_t kMostBulkBytes = std::int64_t{512} * 1024 * 1024;

  enum class State : std::uint8_t {
    incomplete,  // all bytes are taken; more must come
    complete,    // arguments() are one command
    too_large,   // one command that exceeds this parser's limits has passed: nothing of it is kept
    refused,     // the bytes are not the protocol: reply "ERR " and refusal(), then close. It stays so.
  };

  // `most_bytes`: of a command's arguments together.
  explicit RespParser(std::size_t most_bytes = kMostBytes, std::size_t most_arguments = kMostArguments)
      : most_bytes_(most_bytes), most_arguments_(most_arguments), arguments_(kUsualArguments) {}

  // Takes one command, or all there is, off the front of `bytes`. Empty commands and lines are skipped.
  State feed(std::string_view& bytes);

  // Reads the commands at the front of `bytes` into `burst`, and takes none of them: whoever has executed one
  // takes its bytes off. Only those that feed() would find there whole, in the form in which clients write
  // them, and none while a command has begun; what ends the burst is left to feed(), be it right or wrong.
  void look_ahead(std::string_view bytes, RespBurst& burst);

  // At least one. Valid until the next feed(), and for as long as the bytes last that were fed: they lie
  // there if the whole command did.
  std::span<const std::string_view> arguments() const { return {arguments_.data(), count_}; }

  // Redis's words: "Protocol error: expected '$', got 'x'".
  const std::string& refusal() const { return refusal_; }

  // Between two commands.
  bool idle() const { return step_ == Step::start; }

  // Keeps nothing of what has begun; nothing is fed any more.
  void forget();

  // What it keeps, for whoever bounds the memory of all connections.
  std::size_t held_bytes() const;

 private:
  enum class Step : std::uint8_t { start, count_line, size_line, payload, payload_end, inline_line, refused };

  // A line that states a length. Longer ones than any length is are read to their end, too.
  struct LengthLine {
    char text[24];
    std::size_t size = 0;
    bool ended = false;  // but for the byte behind '\r', which nobody looks at
    std::string_view number() const { return {text + 1, size - 1}; }
  };

  static constexpr std::size_t kUsualArguments = 8;
  // What is kept between commands for the next one; more is given back.
  static constexpr std::size_t kFewArguments = 256;
  static constexpr std::size_t kFewBytes = 4096;

  template <class RoomFor>
  std::size_t take_whole(std::string_view& bytes, RoomFor room_for) const;
  std::string_view* room_for(std::size_t count, std::size_t bytes);
  State take_parts(std::string_view& bytes);
  void start(char first);
  bool take_line(std::string_view& bytes);
  void take_count();
  void take_size();
  void take_payload(std::string_view& bytes);
  void take_inline(std::string_view& bytes);
  void drop();
  State finish();
  void refuse(std::string_view why);
  void give_back();

  const std::size_t most_bytes_;
  const std::size_t most_arguments_;

  Step step_ = Step::start;
  bool done_ = false;       // the last argument has ended
  bool too_large_ = false;  // and so nothing is kept
  LengthLine line_;
  std::size_t expected_ = 0;        // arguments
  std::size_t ended_ = 0;           // arguments
  std::size_t bytes_ = 0;           // of the arguments so far
  std::size_t left_ = 0;            // of the payload, or of what follows it
  std::string kept_;                // payloads one behind the other, or the inline line
  std::vector<std::size_t> sizes_;  // of the payloads

  std::vector<std::string_view> arguments_;  // the first count_ of them
  std::size_t count_ = 0;
  std::string refusal_;
};

}  // namespace tally
