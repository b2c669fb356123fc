// The i-th of up to a hundred million names, of 24 bytes; made where it is used, so that no array of names is
// measured. A value, without threads.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally {

class Name {
 public:
  explicit Name(std::uint64_t i) {
    for (std::size_t at = sizeof(bytes_); i > 0; i /= 10) bytes_[--at] = static_cast<char>('0' + i % 10);
  }
  operator std::string_view() const { return {bytes_, sizeof(bytes_)}; }

 private:
  char bytes_[24] = {'a', '-', 'c', 'o', 'u', 'n', 't', 'e', 'r', '-', 'n', 'a',
                     'm', 'e', 'd', '-', '0', '0', '0', '0', '0', '0', '0', '0'};
};

}  // namespace tally
