#include "sim/ledger.h"

#include <limits>
#include <utility>

#include "base/check.h"
#include "count/bounds.h"

namespace tally::sim {

namespace {

constexpr std::size_t kAddsPerCounter = 30;  // 4^30 is a small delta still, and their sum fits
constexpr const char* kHigh = "high-";

std::int64_t some_high_delta(Random& random) {
  using Limits = std::numeric_limits<std::int64_t>;
  constexpr std::int64_t kDeltas[] = {Limits::max(),   Limits::min(),    kSmallCell,        -kSmallCell,
                                      kSmallOthers,    kSmallOthers + 1, -kSmallSpread,     kSmallDelta,
                                      kSmallDelta + 1, -kSmallDelta,     Limits::max() / 2, 1};
  return kDeltas[random.below(std::size(kDeltas))];
}

}  // namespace

Add Ledger::next(Random& random, const Ack& ack) {
  const bool high = random.chance(high_percent_);
  const std::size_t place = random.below(high ? 1 : generation_.size());
  const auto name = [&] {
    return fmt::format("{}{}.{}", high ? kHigh : "counter-", place, generation_[place]);
  };
  if (attempts_[name()].size() == kAddsPerCounter) ++generation_[place];
  std::vector<Attempt>& attempts = attempts_[name()];
  const std::size_t index = attempts.size();
  attempts.push_back({high ? some_high_delta(random) : std::int64_t{1} << (2 * index)});
  return {name(), attempts.back().delta, ack, index};
}

Ledger::Attempt* Ledger::find(const Add& add) {
  return add.index == Add::kUnrecorded ? nullptr : &attempts_.at(add.counter).at(add.index);
}

void Ledger::counted(const Add& add, Attempt::Place place, Verdict& verdict) {
  Attempt* attempt = find(add);
  if (attempt == nullptr) return;
  if (attempt->counted) {
    verdict.broke("An overcount: add {} to {} was counted by two servers.", add.index, add.counter);
  }
  attempt->counted = std::move(place);
}

void Ledger::acknowledged(const Add& add, const Ack& held) {
  Attempt* attempt = find(add);
  TALLY_CHECK(attempt != nullptr);
  attempt->told = Attempt::Told::acknowledged;
  attempt->held = held;
}

void Ledger::refused(const Add& add) {
  Attempt* attempt = find(add);
  TALLY_CHECK(attempt != nullptr);
  attempt->told = Attempt::Told::refused;
}

bool has_digits(const std::string& counter) { return counter.rfind(kHigh, 0) != 0; }

std::string compare_digits(Int128 value, Int128 expected) {
  for (int digit = 0; value != expected; ++digit, value /= 4, expected /= 4) {
    if (value % 4 == expected % 4) continue;
    return fmt::format("add {} is counted {} times and should be {}", digit, static_cast<int>(value % 4),
                       static_cast<int>(expected % 4));
  }
  return "they are equal";
}

}  // namespace tally::sim
