#include "count/name_index.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "count/counter_name.h"

namespace tally {

namespace {

bool by_name(const Counter* a, const Counter* b) { return a->name() < b->name(); }

// Asks whether to go on: at the first step, and once in some thousands from there.
class Pace {
 public:
  explicit Pace(const NameIndex::GoOn& go_on) : go_on_(go_on) {}

  bool goes_on(std::size_t steps = 1) {
    if (steps <= left_) {
      left_ -= steps;
      return true;
    }
    left_ = kSteps;
    return go_on_();
  }

 private:
  static constexpr std::size_t kSteps = 4096;

  const NameIndex::GoOn& go_on_;
  std::size_t left_ = 0;
};

// A counter, and eight bytes of its name as a number of the same order.
struct Keyed {
  std::uint64_t key;
  const Counter* counter;
};
struct ByKey {
  bool operator()(const Keyed& a, const Keyed& b) const { return a.key < b.key; }
};

// The bytes from `depth` on; zeros where the name ends.
std::uint64_t key_at(std::string_view name, std::size_t depth) {
  std::uint64_t key = 0;
  for (std::size_t i = depth; i < depth + sizeof key; ++i) {
    key = key << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  }
  return key;
}

// Nothing can stop std::sort: it gets parts that it sorts in milliseconds. False: told to give up.
bool sort_by_key(std::span<Keyed> counters, Pace& pace) {
  constexpr std::size_t kPart = std::size_t{1} << 16;
  if (!pace.goes_on(counters.size())) return false;
  if (counters.size() <= kPart) {
    std::sort(counters.begin(), counters.end(), ByKey());
    return true;
  }
  const std::size_t half = counters.size() / 2;
  if (!sort_by_key(counters.first(half), pace) || !sort_by_key(counters.subspan(half), pace)) return false;
  const auto middle = counters.begin() + static_cast<std::ptrdiff_t>(half);
  std::inplace_merge(counters.begin(), middle, counters.end(), ByKey());
  return true;
}

// Sorts counters whose names agree up to `depth`, where their keys are taken. Names lie all over the memory:
// so it compares keys, and goes back to the names only for the next eight bytes of those whose keys are
// equal. It is multikey quicksort with caching (Bentley and Sedgewick, SODA 1997; Ng and Kakehi, 2007).
// False: told to give up.
bool sort_by_name(std::span<Keyed> counters, std::size_t depth, Pace& pace) {
  constexpr std::size_t kFew = 16;
  if (counters.size() <= kFew || depth > kMaxNameBytes) {
    std::sort(counters.begin(), counters.end(),
              [](const Keyed& a, const Keyed& b) { return by_name(a.counter, b.counter); });
    return pace.goes_on(counters.size());
  }
  if (!std::is_sorted(counters.begin(), counters.end(), ByKey()) && !sort_by_key(counters, pace))
    return false;
  for (auto begin = counters.begin(); begin != counters.end();) {
    const auto end =
        std::find_if(begin, counters.end(), [begin](const Keyed& k) { return k.key != begin->key; });
    if (end - begin > 1) {
      const std::size_t deeper = depth + sizeof(Keyed::key);
      for (auto i = begin; i != end; ++i) {
        i->key = key_at(i->counter->name(), deeper);
        if (!pace.goes_on()) return false;
      }
      if (!sort_by_name({begin, end}, deeper, pace)) return false;
    }
    begin = end;
  }
  return true;
}

using Run = std::vector<const Counter*>;

// What the walk has not seen yet; nothing if told to give up.
std::optional<Run> rest_of(CounterArena::Walk& walk, std::size_t about, Pace& pace) {
  std::vector<Keyed> made;
  made.reserve(about);
  while (const Counter* counter = walk.next()) {
    made.push_back({key_at(counter->name(), 0), counter});
    if (!pace.goes_on()) return std::nullopt;
  }
  if (!sort_by_name(made, 0, pace)) return std::nullopt;
  Run run(made.size());
  std::transform(made.begin(), made.end(), run.begin(), [](const Keyed& keyed) { return keyed.counter; });
  return run;
}

std::optional<Run> merged(const Run& a, const Run& b, Pace& pace) {
  Run both;
  both.reserve(a.size() + b.size());
  for (auto i = a.begin(), j = b.begin(); i != a.end() || j != b.end();) {
    const bool from_a = j == b.end() || (i != a.end() && by_name(*i, *j));
    both.push_back(*(from_a ? i : j)++);
    if (!pace.goes_on()) return std::nullopt;
  }
  return both;
}

}  // namespace

bool NameIndex::catch_up(const GoOn& go_on) {
  Pace pace(go_on);
  CounterArena::Walk walk = walk_;
  std::optional<Run> run = rest_of(walk, table_.size() - std::min(table_.size(), size()), pace);
  if (!run) return false;
  if (run->empty()) return true;
  std::size_t kept = runs_.size();
  for (; kept > 0 && runs_[kept - 1].size() < 2 * run->size(); --kept) {
    run = merged(runs_[kept - 1], *run, pace);
    if (!run) return false;
  }
  runs_.resize(kept);
  runs_.push_back(std::move(*run));
  walk_ = walk;
  return true;
}

std::size_t NameIndex::size() const {
  std::size_t size = 0;
  for (const Run& run : runs_) size += run.size();
  return size;
}

const Counter* NameIndex::Cursor::next() {
  if (rests_.empty()) return nullptr;
  std::pop_heap(rests_.begin(), rests_.end(), later);
  Rest& least = rests_.back();
  const Counter* counter = *least.begin++;
  if (least.begin == least.end) {
    rests_.pop_back();
  } else {
    std::push_heap(rests_.begin(), rests_.end(), later);
  }
  return counter;
}

bool NameIndex::Cursor::later(const Rest& a, const Rest& b) { return by_name(*b.begin, *a.begin); }

NameIndex::Cursor NameIndex::from(std::string_view name) const {
  Cursor cursor;
  for (const Run& run : runs_) {
    const auto first =
        std::lower_bound(run.begin(), run.end(), name,
                         [](const Counter* counter, std::string_view n) { return counter->name() < n; });
    if (first == run.end()) continue;
    cursor.rests_.push_back({run.data() + (first - run.begin()), run.data() + run.size()});
  }
  std::make_heap(cursor.rests_.begin(), cursor.rests_.end(), Cursor::later);
  return cursor;
}

NameIndex::Cursor NameIndex::behind(std::string_view name) const {
  Cursor cursor = from(name);
  Cursor ahead = cursor;
  const Counter* first = ahead.next();
  return first != nullptr && first->name() == name ? ahead : cursor;
}

}  // namespace tally
