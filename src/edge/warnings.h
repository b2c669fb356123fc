// Warnings for whoever operates a server, of which strangers cause as many as they like: the log stays small.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/duration.h"

namespace tally {

// What was said is not said again for kWindow, and no more than kTexts are said in it; how often that was so
// follows. One thread.
class Warnings {
 public:
  static constexpr Duration kWindow = std::chrono::minutes(1);
  static constexpr std::size_t kTexts = 20;

  explicit Warnings(std::function<void(const std::string&)> log) : log_(std::move(log)) {}

  void warn(Instant now, const std::string& text);
  // Says what was left out in a window that has passed. To be called now and then.
  void sweep(Instant now);

 private:
  std::function<void(const std::string&)> log_;
  Instant end_{};
  std::map<std::string, std::uint64_t>
      repeated_;              // what was said in this window, and how often it was not said again
  std::uint64_t others_ = 0;  // that were not said at all
};

}  // namespace tally
