// A 64-bit hash that all processes on all machines compute alike. Not for secrets, nor against chosen inputs.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally {

// FNV-1a (Fowler, Noll, Vo) over the bytes, each piece ended by its length so that pieces cannot shift, then
// the finalizer of SplitMix64, so that similar inputs land far apart.
class Hash64 {
 public:
  Hash64& add(std::string_view bytes) {
    for (const char byte : bytes) mix(static_cast<unsigned char>(byte));
    return add(bytes.size());
  }

  Hash64& add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) mix(static_cast<unsigned char>(number >> shift));
    return *this;
  }

  std::uint64_t value() const {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
  }

 private:
  void mix(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3U; }

  std::uint64_t state_ = 0xcbf29ce484222325U;
};

}  // namespace tally
