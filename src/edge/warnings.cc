#include "edge/warnings.h"

#include <utility>

namespace tally {

void Warnings::warn(Instant now, const std::string& text) {
  sweep(now);
  if (const auto said = repeated_.find(text); said != repeated_.end()) {
    ++said->second;
  } else if (repeated_.size() == kTexts) {
    ++others_;
  } else {
    if (repeated_.empty()) end_ = now + kWindow;
    repeated_.emplace(text, 0);
    log_(text);
  }
}

void Warnings::sweep(Instant now) {
  if (repeated_.empty() || now < end_) return;
  for (const auto& [text, times] : std::exchange(repeated_, {})) {
    if (times > 0) log_("So again " + std::to_string(times) + " time(s) in the last minute: " + text);
  }
  if (const auto others = std::exchange(others_, 0); others > 0) {
    log_(std::to_string(others) + " more warnings of other kinds were left out in the last minute.");
  }
}

}  // namespace tally
