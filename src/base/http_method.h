// The HTTP methods that mean something to Tally.
#pragma once

#include <cstdint>

namespace tally {

enum class Method : std::uint8_t { get, head, post, put, del, other };

}  // namespace tally
