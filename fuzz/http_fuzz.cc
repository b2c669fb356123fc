// Any bytes, in any cut: RequestParser must come to the same requests and the same end, and never crash.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/random.h"
#include "tests/net/transcript.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::net;
  // Small limits, so that small inputs reach them.
  constexpr std::size_t kHeaderBytes = 256;
  constexpr std::size_t kBodyBytes = 64;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  tally::Random random(size);
  const std::string whole = transcript({bytes}, kHeaderBytes, kBodyBytes);
  TALLY_CHECK(transcript(cut_every(bytes, 1), kHeaderBytes, kBodyBytes) == whole);
  TALLY_CHECK(transcript(cut_at_random(bytes, random), kHeaderBytes, kBodyBytes) == whole);
  return 0;
}
