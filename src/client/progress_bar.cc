#include "client/progress_bar.h"

#include <algorithm>
#include <ostream>
#include <string>

namespace tally {

namespace {

constexpr std::uint64_t kWidth = 40;
constexpr Duration kBetweenDrawings = std::chrono::milliseconds(100);

}  // namespace

void ProgressBar::show(std::uint64_t bytes, std::uint64_t lines, Instant now) {
  if (shown_ && now - shown_at_ < kBetweenDrawings) return;
  shown_ = true;
  shown_at_ = now;
  terminal_ << '\r';
  if (total_bytes_ > 0) {
    const double share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total_bytes_));
    const auto filled = static_cast<std::size_t>(share * kWidth);
    terminal_ << '[' << std::string(filled, '#') << std::string(kWidth - filled, '.') << "] "
              << static_cast<unsigned>(share * 100) << "%  ";
  }
  terminal_ << lines << " lines" << std::flush;
}

void ProgressBar::clear() {
  if (shown_) terminal_ << "\r\033[K" << std::flush;
  shown_ = false;
}

}  // namespace tally
