#include "sim/ledger.h"

#include "base/check.h"

namespace tally::sim {

namespace {

constexpr std::size_t kAddsPerCounter = 30;  // 4^30 is a small delta still, and their sum fits

std::size_t digit_of(std::int64_t delta) {
  std::size_t digit = 0;
  for (; delta > 1; delta /= 4) ++digit;
  return digit;
}

}  // namespace

Add Ledger::next(Random& random) {
  const std::size_t place = random.below(generation_.size());
  const auto name = [&] { return fmt::format("counter-{}.{}", place, generation_[place]); };
  if (attempts_[name()].size() == kAddsPerCounter) ++generation_[place];
  std::vector<Attempt>& attempts = attempts_[name()];
  attempts.emplace_back();
  return {name(), std::int64_t{1} << (2 * (attempts.size() - 1))};
}

Ledger::Attempt* Ledger::find(const Add& add) {
  const auto counter = attempts_.find(add.counter);
  return counter == attempts_.end() ? nullptr : &counter->second.at(digit_of(add.delta));
}

void Ledger::counted(const Add& add, const Counted& counted, bool disk, Verdict& verdict) {
  Attempt* attempt = find(add);
  if (attempt == nullptr) return;
  if (attempt->counted) {
    verdict.broke("An overcount: add {} to {} was counted by two servers.", digit_of(add.delta), add.counter);
  }
  attempt->counted = counted;
  attempt->disk = disk;
}

void Ledger::acknowledged(const Add& add) {
  Attempt* attempt = find(add);
  TALLY_CHECK(attempt != nullptr);
  attempt->told = Attempt::Told::acknowledged;
}

void Ledger::refused(const Add& add) {
  Attempt* attempt = find(add);
  TALLY_CHECK(attempt != nullptr);
  attempt->told = Attempt::Told::refused;
}

std::string compare_digits(Int128 value, Int128 expected) {
  for (int digit = 0; value != expected; ++digit, value /= 4, expected /= 4) {
    if (value % 4 == expected % 4) continue;
    return fmt::format("add {} is counted {} times and should be {}", digit, static_cast<int>(value % 4),
                       static_cast<int>(expected % 4));
  }
  return "they are equal";
}

}  // namespace tally::sim
