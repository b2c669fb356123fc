#include "client/count_batch.h"

#include <utility>

namespace tally {

void CountBatch::add(std::string name, std::uint64_t line) {
  const auto [entry, is_new] = names_.try_emplace(std::move(name), 0);
  ++entry->second;
  if (is_new) order_.push_back(&*entry);
  if (lines_ == 0) first_line_ = line;
  last_line_ = line;
  ++lines_;
}

std::vector<NamedDelta> CountBatch::deltas() const {
  std::vector<NamedDelta> deltas;
  deltas.reserve(order_.size());
  for (const auto* entry : order_) deltas.push_back({entry->first, entry->second});
  return deltas;
}

void CountBatch::clear() {
  order_.clear();
  names_.clear();
  lines_ = 0;
}

}  // namespace tally
