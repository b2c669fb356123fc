#include "cluster/read_backs.h"

#include <utility>

#include "base/check.h"

namespace tally {

ReadBacks::Wanted& ReadBacks::wanted(StreamId stream) {
  const auto [wanted, fresh] = wanted_.try_emplace(stream);
  if (fresh) order_.push_back(stream);
  return wanted->second;
}

std::optional<StreamId> ReadBacks::next() {
  if (being_read_ || order_.empty()) return std::nullopt;
  being_read_ = order_.front();
  order_.pop_front();
  return being_read_;
}

ReadBacks::Wanted ReadBacks::done(StreamId stream) {
  TALLY_CHECK(being_read_ == stream);
  being_read_.reset();
  return std::move(wanted_.extract(stream).mapped());
}

}  // namespace tally
