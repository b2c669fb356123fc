// The fuzzer's seeds, and what it once found, with every compiler and in every test run.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tally::net {
namespace {

void replay(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(HttpCorpus, IsReadTheSameInEveryCut) {
  Random random(3);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TALLY_HTTP_CORPUS)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    replay(bytes);
    for (int i = 0; i < 500 && !bytes.empty(); ++i) {
      std::string changed = bytes;
      for (int n = 0; n < 3; ++n)
        changed[random.below(changed.size())] = static_cast<char>(random.below(256));
      replay(changed);
    }
    ++files;
  }
  EXPECT_GE(files, 8);
}

}  // namespace
}  // namespace tally::net
