// What clients asked to be counted, what they were told of it, and what truly happened. The i-th add to a
// counter adds 4^i, so that a value tells of every single add how often it was counted: that is a digit to
// base 4. In some histories some counters are high instead: their adds are as large as 64 bits allow, either
// way, and their values may be larger.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/int128.h"
#include "base/random.h"
#include "sim/messages.h"
#include "sim/verdict.h"

namespace tally::sim {

class Ledger {
 public:
  Ledger(std::size_t counters_in_use, unsigned high_percent)
      : generation_(counters_in_use), high_percent_(high_percent) {}

  // An add that was never made before, to one of a few counters.
  Add next(Random& random, const Ack& ack);

  struct Attempt {
    enum class Told : std::uint8_t { nothing, acknowledged, refused };
    std::int64_t delta;
    // Where and when it was counted: the stream and the ticket, the server's URL and id.
    struct Place {
      Counted counted;
      std::string url;
      ServerId id;
      Instant when;
    };
    std::optional<Place> counted{};
    Told told = Told::nothing;
    Ack held{};  // as was told
  };

  // A server counted it.
  void counted(const Add& add, Attempt::Place place, Verdict& verdict);
  // What the client was told; nothing, if no answer came.
  void acknowledged(const Add& add, const Ack& held);
  void refused(const Add& add);

  const std::map<std::string, std::vector<Attempt>>& attempts() const { return attempts_; }

 private:
  Attempt* find(const Add& add);

  std::vector<unsigned> generation_;  // of each counter in use: full ones are replaced by fresh ones
  const unsigned high_percent_;
  std::map<std::string, std::vector<Attempt>> attempts_;
};

// Whether an add of this counter can be told from the others by its digit.
bool has_digits(const std::string& counter);
// Which of a counter's adds `value` contains, in words, where that differs from `expected`: "add 3 is counted
// 0 times and should be once".
std::string compare_digits(Int128 value, Int128 expected);

}  // namespace tally::sim
