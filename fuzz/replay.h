// A fuzzer's seeds, and what it once found, in an ordinary test: with every compiler and every sanitizer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tally {

// Runs the fuzzer on each file of the folder, then on `changed` copies of it in which a few bytes differ.
// What fails ends the process. Returns how many files there were.
inline int replay_corpus(const char* folder, int changed) {
  const auto replay = [](const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  };
  Random random(3);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    replay(bytes);
    for (int i = 0; i < changed && !bytes.empty(); ++i) {
      std::string other = bytes;
      for (int n = 0; n < 3; ++n) other[random.below(other.size())] = static_cast<char>(random.below(256));
      replay(other);
    }
    ++files;
  }
  return files;
}

}  // namespace tally
