#include "bench/load/request_tape.h"

#include <algorithm>

#include "base/check.h"
#include "base/random.h"

namespace tally::load {
namespace {

constexpr std::uint64_t kAdds = 65'536;
constexpr std::uint64_t kSeed = 20;

}  // namespace

std::string key_name(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  constexpr std::size_t kDigits = 12;
  return "key:" + std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

RequestTape::RequestTape(const Protocol& protocol, std::string_view authority, std::uint64_t names,
                         std::size_t longest_burst)
    : requests_(std::max<std::size_t>(kAdds / protocol.adds, 1)), longest_burst_(longest_burst) {
  Random random(kSeed);
  const NameSource next_name = [&random, names] { return key_name(random.below(names)); };
  for (std::size_t i = 0; i < requests_; ++i) {
    const std::string request = protocol.request(authority, next_name);
    if (i == 0) request_bytes_ = request.size();
    TALLY_CHECK(request.size() == request_bytes_);
    bytes_ += request;
  }
  for (std::size_t i = 0; i < longest_burst; ++i) {
    bytes_ += bytes_.substr(i * request_bytes_, request_bytes_);
  }
}

std::string_view RequestTape::take(std::size_t requests) {
  TALLY_CHECK(requests <= longest_burst_);
  const std::string_view taken =
      std::string_view(bytes_).substr(next_ * request_bytes_, requests * request_bytes_);
  next_ = (next_ + requests) % requests_;
  return taken;
}

}  // namespace tally::load
