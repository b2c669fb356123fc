// The names of things, as types of their own, so that two of them cannot swap places.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

// The name that an operator gives a counting server: 1 to 64 bytes of A-Z a-z 0-9 . _ -
class ServerId {
 public:
  static Result<ServerId> parse(std::string_view text);

  const std::string& text() const { return text_; }
  auto operator<=>(const ServerId&) const = default;

 private:
  explicit ServerId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Names one run of one counting server, and the stream of everything that this run counts: 128 random bits,
// drawn from the system at every start and never stored to be used again
// (docs/decisions/0001-a-fresh-stream-at-every-start.md).
struct StreamId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  // 32 lower-case hexadecimal digits, as people and URLs see it.
  std::string text() const;
  static Result<StreamId> parse(std::string_view text);
  auto operator<=>(const StreamId&) const = default;
};

// A position in a stream. 0 is before everything; the first seal is 1. A stream that was sealed every
// microsecond would need 580,000 years to run out.
enum class Sequence : std::uint64_t {};

constexpr std::uint64_t number(Sequence sequence) { return static_cast<std::uint64_t>(sequence); }
constexpr Sequence next(Sequence sequence) { return Sequence{number(sequence) + 1}; }

// A server as the collation trees know it: its place in a ServerRegistry.
enum class ServerIndex : std::uint32_t {};

constexpr std::uint32_t number(ServerIndex index) { return static_cast<std::uint32_t>(index); }

}  // namespace tally

template <>
struct std::hash<tally::StreamId> {
  // The bits are random already.
  std::size_t operator()(const tally::StreamId& id) const noexcept { return id.low; }
};

template <>
struct std::hash<tally::ServerId> {
  std::size_t operator()(const tally::ServerId& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};
