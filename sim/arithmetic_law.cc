#include "sim/arithmetic_law.h"

namespace tally::sim {

void check_arithmetic(const Server& server, const Add& add, const Watcher::Shown& before,
                      const Result<Added>& added, Verdict& verdict) {
  const bool fits = fits_int64(before.own + add.delta) && fits_int64(before.value + add.delta);
  if (added.has_value() != fits) {
    return verdict.broke("An add was wrongly {}: {} to {} at {}, which showed {}.",
                         fits ? "refused" : "taken", add.delta, add.counter, server.setup().url,
                         to_decimal(before.value));
  }
  if (added && added->value != before.value + add.delta) {
    verdict.broke("Arithmetic is off: {} showed {} for {}, added {}, and answered {}.", server.setup().url,
                  to_decimal(before.value), add.counter, add.delta, added->value);
  }
}

}  // namespace tally::sim
