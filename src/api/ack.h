// What the reply to an add waits for: whose marks must have passed it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

struct Ack {
  enum class Holder : std::uint8_t { memory, disk, peers };

  Holder holder = Holder::memory;
  std::uint32_t peers = 0;  // how many; 0 unless the holder is peers

  bool operator==(const Ack&) const = default;
};

// "memory", "disk" or "peers:K", K at least 1. Errc::invalid.
Result<Ack> parse_ack(std::string_view text);

std::string to_text(Ack ack);

// `?ack=`; nothing where it is not given.
Result<std::optional<Ack>> ack_parameter(std::string_view query);

}  // namespace tally
