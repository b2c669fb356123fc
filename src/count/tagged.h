// A pointer and 16 bits of one's own in one word. A value, without threads; Atomic<Tagged<T>> is lock-free.
#pragma once

#include <cstdint>

#include "base/check.h"

namespace tally {

// Addresses of user space have 47 bits on x86-64 and 48 on arm64. One beyond that fails a check, not a count.
template <class T>
class Tagged {
 public:
  constexpr Tagged() = default;
  Tagged(T* pointer, std::uint16_t tag)
      : bits_(reinterpret_cast<std::uintptr_t>(pointer) | static_cast<std::uint64_t>(tag) << kPointerBits) {
    TALLY_CHECK(reinterpret_cast<std::uintptr_t>(pointer) >> kPointerBits == 0);
  }

  T* pointer() const { return reinterpret_cast<T*>(bits_ & ((std::uint64_t{1} << kPointerBits) - 1)); }
  std::uint16_t tag() const { return static_cast<std::uint16_t>(bits_ >> kPointerBits); }

 private:
  static constexpr unsigned kPointerBits = 48;
  std::uint64_t bits_ = 0;
};

}  // namespace tally
