// What clients asked to be counted, what they were told of it, and what truly happened. The i-th add to a
// counter adds 4^i, so that a value tells of every single add how often it was counted: that is a digit to
// base 4.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/int128.h"
#include "base/random.h"
#include "sim/messages.h"
#include "sim/verdict.h"

namespace tally::sim {

class Ledger {
 public:
  explicit Ledger(std::size_t counters_in_use) : generation_(counters_in_use) {}

  // An add that was never made before, to one of a few counters.
  Add next(Random& random);

  // A server counted it. With `disk`, the client hears of it only once it is on that disk.
  void counted(const Add& add, const Counted& counted, bool disk, Verdict& verdict);
  // What the client was told; nothing, if no answer came.
  void acknowledged(const Add& add);
  void refused(const Add& add);

  struct Attempt {
    enum class Told : std::uint8_t { nothing, acknowledged, refused };
    std::optional<Counted> counted{};
    bool disk = false;
    Told told = Told::nothing;
  };
  const std::map<std::string, std::vector<Attempt>>& attempts() const { return attempts_; }

 private:
  Attempt* find(const Add& add);

  std::vector<unsigned> generation_;  // of each counter in use: full ones are replaced by fresh ones
  std::map<std::string, std::vector<Attempt>> attempts_;
};

// Which of a counter's adds `value` contains, in words, where that differs from `expected`: "add 3 is counted
// 0 times and should be once".
std::string compare_digits(Int128 value, Int128 expected);

}  // namespace tally::sim
