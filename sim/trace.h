// What happened, a line each, for people; and the hash of all lines, by which two runs are compared.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/hash.h"
#include "sim/event_queue.h"

namespace tally::sim {

class Trace {
 public:
  enum class Kept : std::uint8_t { nothing, hash };

  // Lines are written to `out` unless it is null.
  Trace(const EventQueue& queue, Kept kept, std::ostream* out) : queue_(queue), kept_(kept), out_(out) {}

  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    if (kept_ == Kept::nothing && out_ == nullptr) return;
    line_.clear();
    const std::chrono::duration<double> now = queue_.now().time_since_epoch();
    fmt::format_to(std::back_inserter(line_), "{:10.6f}  ", now.count());
    fmt::format_to(std::back_inserter(line_), format, std::forward<Args>(args)...);
    hash_.add(line_);
    if (out_ != nullptr) *out_ << line_ << '\n';
  }

  std::uint64_t hash() const { return hash_.value(); }

 private:
  const EventQueue& queue_;
  const Kept kept_;
  std::ostream* const out_;
  Hash64 hash_;
  std::string line_;
};

}  // namespace tally::sim
