// How many answers HTTP servers gave, by the first digit of their status.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "net/per_loop_count.h"

namespace tally::net {

// Any thread: each loop counts for itself, on cache lines of its own.
class AnswerCounts {
 public:
  static constexpr std::size_t kFirst = 2;  // no status below 200 ends an answer
  static constexpr std::size_t kLast = 5;

  // One loop's.
  class Part {
   public:
    // 200 to 599.
    void count(unsigned status) { parts_[status / 100 - kFirst]->add(1); }

   private:
    friend class AnswerCounts;
    std::array<PerLoopCount::Part*, kLast - kFirst + 1> parts_{};
  };

  // Stays valid as long as this does.
  Part make_part() {
    Part part;
    for (std::size_t i = 0; i < counts_.size(); ++i) part.parts_[i] = &counts_[i].make_part();
    return part;
  }

  // Of kFirst to kLast.
  std::uint64_t beginning_with(std::size_t digit) const { return counts_.at(digit - kFirst).sum(); }

 private:
  std::array<PerLoopCount, kLast - kFirst + 1> counts_{};
};

}  // namespace tally::net
