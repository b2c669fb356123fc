// A duration that is taken is written back as text that means the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/duration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const tally::Result<tally::Duration> duration = tally::parse_duration(text);
  if (duration) TALLY_CHECK(tally::parse_duration(tally::to_text(*duration)).value() == *duration);
  return 0;
}
