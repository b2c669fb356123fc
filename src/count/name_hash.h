// The hash of a counter's name. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tally {

// Seeded, so that nobody who does not know the seed can choose names that collide. Folded multiplication, as
// in wyhash (Wang Yi, 2019); all 64 bits are good. Not for secrets, and not the same on machines of different
// byte order.
class NameHash {
 public:
  explicit NameHash(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t operator()(std::string_view name) const {
    const char* at = name.data();
    std::size_t left = name.size();
    std::uint64_t hash = fold(left ^ kOne, seed_ ^ kTwo);
    for (; left > 16; left -= 16, at += 16) hash = fold(word<8>(at) ^ kOne, word<8>(at + 8) ^ hash);
    const char* end = at + left;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    if (left >= 8) {  // the two words overlap where there are fewer than 16 bytes: no byte is left out
      low = word<8>(at);
      high = word<8>(end - 8);
    } else if (left >= 4) {
      low = word<4>(at);
      high = word<4>(end - 4);
    } else if (left > 0) {
      low = word<1>(at) | word<1>(at + left / 2) << 8;
      high = word<1>(end - 1);
    }
    return fold(fold(low ^ kTwo, high ^ hash) ^ kOne, seed_ ^ kTwo);
  }

 private:
  // Odd, with as many ones as zeros in no pattern: digits of the golden ratio and of the root of two.
  static constexpr std::uint64_t kOne = 0x9e3779b97f4a7c15U;
  static constexpr std::uint64_t kTwo = 0x6a09e667f3bcc909U;

  __extension__ using Wide = unsigned __int128;
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  template <std::size_t kBytes>
  static std::uint64_t word(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, kBytes);
    return word;
  }

  std::uint64_t seed_;
};

}  // namespace tally
