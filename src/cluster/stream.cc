#include "cluster/stream.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/check.h"

namespace tally {

namespace {

constexpr std::size_t kSlack = 64;  // below this many entries sweeping is not worth it

// Counters lie close together: multiply, and fold the product so that every bit depends on all of them.
std::uint64_t hash_of(const Counter* counter) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{reinterpret_cast<std::uintptr_t>(counter)} * 0x9e3779b97f4a7c15U;
  return static_cast<std::uint64_t>(product >> 32) * 0xd6e8feb86659fd93U;
}

}  // namespace

std::optional<std::size_t> Stream::slot_of(const Counter* counter) const {
  return newest_.find(hash_of(counter), [&](std::uint32_t place) { return log_[place].counter == counter; });
}

std::size_t Stream::end_of(std::vector<Step>::const_iterator step) const {
  return std::next(step) == steps_.end() ? log_.size() : std::next(step)->begin;
}

std::optional<Entry> Stream::find(const Counter* counter) const {
  const auto slot = slot_of(counter);
  if (!slot) return std::nullopt;
  const std::size_t place = newest_.place(*slot);
  const auto behind = std::upper_bound(steps_.begin(), steps_.end(), place,
                                       [](std::size_t at, const Step& step) { return at < step.begin; });
  return Entry{log_[place].counter, log_[place].total, std::prev(behind)->sequence};
}

void Stream::append(const Entry& entry) {
  TALLY_CHECK(log_.size() < std::numeric_limits<std::uint32_t>::max());
  if (steps_.empty() || steps_.back().sequence != entry.sequence) {
    steps_.push_back({entry.sequence, log_.size()});
  }
  log_.push_back({entry.counter, entry.total});
}

void Stream::expect(std::size_t counters) {
  if (newest_.size() == 0) newest_.reset(counters);
}

void Stream::prefetch(const Counter* counter) const {
  if (newest_.size() > 0) newest_.prefetch(hash_of(counter));
}

std::int64_t Stream::put(const Entry& entry) {
  TALLY_CHECK(!folded_ && entry.sequence > mark_ && entry.sequence >= changed_);
  std::int64_t replaced = 0;
  const auto known = slot_of(entry.counter);
  const auto place = static_cast<std::uint32_t>(log_.size());
  append(entry);
  changed_ = entry.sequence;
  if (known) {
    Logged& old = log_[newest_.place(*known)];
    replaced = old.total;
    old.counter = nullptr;
    newest_.replace(*known, place);
  } else if (newest_.full()) {
    index_anew(newest_.size() + 1);
  } else {
    newest_.insert(hash_of(entry.counter), place);
  }
  if (log_.size() > newest_.size() + newest_.size() / 2 + kSlack) sweep();
  return replaced;
}

void Stream::advance(Sequence mark) {
  TALLY_CHECK(mark >= mark_ && mark >= changed_);
  mark_ = mark;
}

void Stream::fold() {
  TALLY_CHECK(!folded_);
  folded_ = true;
  log_ = std::deque<Logged>();
  steps_ = std::vector<Step>();
  newest_.reset(0);
}

void Stream::unfold(const std::vector<Entry>& entries) {
  TALLY_CHECK(folded_ && !entries.empty() && entries.back().sequence == changed_);
  folded_ = false;
  for (const Entry& entry : entries) append(entry);
  index_anew(log_.size());
}

std::vector<Entry> Stream::since(Sequence after) const {
  TALLY_CHECK(tells_since(after));
  std::vector<Entry> changed;
  auto step = std::upper_bound(steps_.begin(), steps_.end(), after,
                               [](Sequence s, const Step& later) { return s < later.sequence; });
  for (; step != steps_.end(); ++step) {
    for (std::size_t place = step->begin; place < end_of(step); ++place) {
      const Logged& logged = log_[place];
      if (logged.counter != nullptr) changed.push_back({logged.counter, logged.total, step->sequence});
    }
  }
  return changed;
}

void Stream::sweep() {
  std::vector<Step> steps;
  std::size_t kept = 0;
  for (auto step = steps_.cbegin(); step != steps_.cend(); ++step) {
    const std::size_t begin = kept;
    for (std::size_t place = step->begin; place < end_of(step); ++place) {
      if (log_[place].counter != nullptr) log_[kept++] = log_[place];
    }
    if (kept > begin) steps.push_back({step->sequence, begin});
  }
  log_.erase(log_.begin() + static_cast<std::ptrdiff_t>(kept), log_.end());
  steps_ = std::move(steps);
  index_anew(log_.size());
}

void Stream::index_anew(std::size_t entries) {
  constexpr std::size_t kAhead = 16;
  newest_.reset(entries);
  for (std::size_t place = 0; place < log_.size(); ++place) {
    if (place + kAhead < log_.size()) newest_.prefetch(hash_of(log_[place + kAhead].counter));
    const Counter* counter = log_[place].counter;
    if (counter != nullptr) newest_.insert(hash_of(counter), static_cast<std::uint32_t>(place));
  }
}

}  // namespace tally
