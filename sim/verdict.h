// The first law that broke, in one sentence. A simulation ends there: what follows would only be noise.
#pragma once

#include <string>

#include <fmt/format.h>

namespace tally::sim {

class Verdict {
 public:
  bool ok() const { return broken_.empty(); }
  const std::string& broken() const { return broken_; }

  template <class... Args>
  void broke(fmt::format_string<Args...> format, Args&&... args) {
    if (ok()) broken_ = fmt::format(format, std::forward<Args>(args)...);
  }

 private:
  std::string broken_;
};

}  // namespace tally::sim
