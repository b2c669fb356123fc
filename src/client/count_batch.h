// What consecutive lines add up to, until it is sent: one entry a name, however often the lines name it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/add_request.h"

namespace tally {

class CountBatch {
 public:
  // Well below a request's limits: 1,000 names of 255 bytes are half of 1 MiB, each byte escaped.
  static constexpr std::size_t kMostNames = 1000;
  // Bounds what a failure leaves in doubt.
  static constexpr std::uint64_t kMostLines = 10'000;

  // Line number `line` adds 1 to `name`.
  void add(std::string name, std::uint64_t line);

  bool empty() const { return lines_ == 0; }
  bool full() const { return names_.size() >= kMostNames || lines_ >= kMostLines; }
  std::uint64_t lines() const { return lines_; }
  std::uint64_t first_line() const { return first_line_; }
  std::uint64_t last_line() const { return last_line_; }

  // In the order of the first line that named each; valid until the batch changes.
  std::vector<NamedDelta> deltas() const;

  void clear();

 private:
  std::unordered_map<std::string, std::int64_t> names_;
  std::vector<std::unordered_map<std::string, std::int64_t>::const_pointer>
      order_;  // into names_, whose nodes stay
  std::uint64_t lines_ = 0;
  std::uint64_t first_line_ = 0;
  std::uint64_t last_line_ = 0;
};

}  // namespace tally
