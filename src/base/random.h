// Randomness that a seed repeats exactly. Pure parts are handed one of these; only programs ask the system
// for a seed.
#pragma once

#include <cstdint>

#include "base/check.h"

namespace tally {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
// Not for secrets.
class Random {
 public:
  using result_type = std::uint64_t;  // a UniformRandomBitGenerator, for the standard library's algorithms

  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t operator()() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
  }

  // Uniform in [0, bound). The bias of the remainder is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) {
    TALLY_CHECK(bound > 0);
    return (*this)() % bound;
  }

  // True `percent` times in a hundred.
  bool chance(unsigned percent) { return below(100) < percent; }

  static constexpr std::uint64_t min() { return 0; }
  static constexpr std::uint64_t max() { return ~std::uint64_t{0}; }

 private:
  std::uint64_t state_;
};

}  // namespace tally
