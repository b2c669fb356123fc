// Any bytes, in any cut: RespParser must come to the same commands and the same end, whether it looks ahead
// or not, keep within its bounds, and never crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "tests/api/resp_transcript.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally;
  // Small limits, so that small inputs reach them.
  constexpr std::size_t kMostBytes = 64;
  constexpr std::size_t kMostArguments = 8;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Random random(size);
  const std::string whole = resp_transcript({bytes}, kMostBytes, kMostArguments);
  TALLY_CHECK(resp_transcript(cut_every(bytes, 1), kMostBytes, kMostArguments) == whole);
  TALLY_CHECK(resp_transcript(cut_at_random(bytes, random, 9), kMostBytes, kMostArguments) == whole);
  for (const auto& pieces : {std::vector{bytes}, cut_at_random(bytes, random, 99)}) {
    TALLY_CHECK(resp_transcript(pieces, kMostBytes, kMostArguments, LookAhead::yes) == whole);
  }
  return 0;
}
