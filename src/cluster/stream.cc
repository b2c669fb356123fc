#include "cluster/stream.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tally {

namespace {
constexpr std::size_t kSlack = 64;  // below this many entries sweeping is not worth it
}

const Entry* Stream::find(const Counter* counter) const {
  const auto found = newest_.find(counter);
  return found == newest_.end() ? nullptr : &log_[found->second];
}

std::int64_t Stream::put(const Entry& entry) {
  TALLY_CHECK(!folded_ && entry.sequence > mark_ && entry.sequence >= changed_);
  std::int64_t replaced = 0;
  const auto [place, fresh] = newest_.try_emplace(entry.counter, log_.size());
  if (!fresh) {
    Entry& old = log_[place->second];
    replaced = old.total;
    old.counter = nullptr;
    place->second = log_.size();
  }
  log_.push_back(entry);
  changed_ = entry.sequence;
  if (log_.size() > 2 * newest_.size() + kSlack) compact();
  return replaced;
}

void Stream::advance(Sequence mark) {
  TALLY_CHECK(mark >= mark_ && mark >= changed_);
  mark_ = mark;
}

void Stream::fold() {
  TALLY_CHECK(!folded_);
  folded_ = true;
  log_ = std::vector<Entry>();
  newest_ = std::unordered_map<const Counter*, std::size_t>();
}

void Stream::unfold(std::vector<Entry> entries) {
  TALLY_CHECK(folded_ && !entries.empty() && entries.back().sequence == changed_);
  folded_ = false;
  log_ = std::move(entries);
  newest_.reserve(log_.size());
  for (std::size_t place = 0; place < log_.size(); ++place) newest_.emplace(log_[place].counter, place);
}

std::vector<Entry> Stream::since(Sequence after) const {
  TALLY_CHECK(tells_since(after));
  const auto first = std::upper_bound(log_.begin(), log_.end(), after,
                                      [](Sequence s, const Entry& entry) { return s < entry.sequence; });
  std::vector<Entry> changed;
  std::copy_if(first, log_.end(), std::back_inserter(changed),
               [](const Entry& entry) { return entry.counter != nullptr; });
  return changed;
}

void Stream::compact() {
  std::erase_if(log_, [](const Entry& entry) { return entry.counter == nullptr; });
  for (std::size_t place = 0; place < log_.size(); ++place) newest_[log_[place].counter] = place;
}

}  // namespace tally
