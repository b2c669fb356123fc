// Commands of one burst, read before their turn, so that what they name can be looked up together.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace tally {

// Filled by RespParser::look_ahead(), again and again; used by one thread.
class RespBurst {
 public:
  static constexpr std::size_t kMostCommands = 32;  // whose memory a core can be waiting for at once, about
  static constexpr std::size_t kMostArguments = 4 * kMostCommands;

  // Lies in the bytes that were looked at; takes so many of them off their front.
  struct Command {
    std::span<const std::string_view> arguments;  // at least one
    std::size_t bytes;
  };
  std::span<const Command> commands() const { return {commands_.data(), size_}; }

 private:
  friend class RespParser;

  std::array<std::string_view, kMostArguments> arguments_;
  std::array<Command, kMostCommands> commands_;
  std::size_t size_ = 0;
};

}  // namespace tally
