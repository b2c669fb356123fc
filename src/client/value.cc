#include <tally/value.h>

#include "base/int128.h"

namespace tally {

std::string Value::to_string() const {
  return to_decimal((static_cast<Int128>(high_) << 64) | static_cast<Int128>(low_));
}

}  // namespace tally
