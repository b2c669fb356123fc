#include "client/rate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace tally {

double rate_of(double change, Duration time) {
  return change / std::max(std::chrono::duration<double>(time).count(), 1e-3);
}

std::string rate_text(double rate) {
  const double size = std::abs(rate);
  const int digits = size >= 99.95 || size == 0 ? 0 : size >= 0.995 ? 1 : 2;
  std::array<char, 64> text{};  // the largest is 2^127 * 1000: 42 digits
  std::snprintf(text.data(), text.size(), "%.*f", digits, rate);
  return text.data();
}

}  // namespace tally
