#include "cluster/read_backs.h"

#include <utility>

#include "base/check.h"

namespace tally {

std::optional<StreamId> ReadBacks::next() {
  if (being_read_ || wanted_.empty()) return std::nullopt;
  being_read_ = wanted_.begin()->first;
  return being_read_;
}

ReadBacks::Wanted ReadBacks::done(StreamId stream) {
  TALLY_CHECK(being_read_ == stream);
  being_read_.reset();
  return std::move(wanted_.extract(stream).mapped());
}

}  // namespace tally
