#include "count/name_index.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "count/counter_name.h"

namespace tally {

namespace {

constexpr std::size_t kYoungestPart = 8;

bool by_name(const Counter* a, const Counter* b) { return a->name() < b->name(); }

// A counter, and eight bytes of its name as a number of the same order.
struct Keyed {
  std::uint64_t key;
  const Counter* counter;
};

// The bytes from `depth` on; zeros where the name ends.
std::uint64_t key_at(std::string_view name, std::size_t depth) {
  std::uint64_t key = 0;
  for (std::size_t i = depth; i < depth + sizeof key; ++i) {
    key = key << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  }
  return key;
}

// Sorts counters whose names agree up to `depth`, where their keys are taken. Names lie all over the memory:
// so it compares keys, and goes back to the names only for the next eight bytes of those whose keys are
// equal. It is multikey quicksort with caching (Bentley and Sedgewick, SODA 1997; Ng and Kakehi, 2007).
void sort_by_name(std::span<Keyed> counters, std::size_t depth) {
  constexpr std::size_t kFew = 16;
  if (counters.size() <= kFew || depth > kMaxNameBytes) {
    std::sort(counters.begin(), counters.end(),
              [](const Keyed& a, const Keyed& b) { return by_name(a.counter, b.counter); });
    return;
  }
  const auto by_key = [](const Keyed& a, const Keyed& b) { return a.key < b.key; };
  if (!std::is_sorted(counters.begin(), counters.end(), by_key)) {
    std::sort(counters.begin(), counters.end(), by_key);
  }
  for (auto begin = counters.begin(); begin != counters.end();) {
    const auto end =
        std::find_if(begin, counters.end(), [begin](const Keyed& k) { return k.key != begin->key; });
    if (end - begin > 1) {
      const std::size_t deeper = depth + sizeof(Keyed::key);
      for (auto i = begin; i != end; ++i) i->key = key_at(i->counter->name(), deeper);
      sort_by_name({begin, end}, deeper);
    }
    begin = end;
  }
}

std::vector<const Counter*> merged(const std::vector<const Counter*>& a,
                                   const std::vector<const Counter*>& b) {
  std::vector<const Counter*> both(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), both.begin(), by_name);
  return both;
}

}  // namespace

void NameIndex::catch_up() {
  Run run;
  {
    std::vector<Keyed> made;
    made.reserve(table_.size() - std::min(table_.size(), size()));
    while (const Counter* counter = walk_.next()) made.push_back({key_at(counter->name(), 0), counter});
    sort_by_name(made, 0);
    run.resize(made.size());
    std::transform(made.begin(), made.end(), run.begin(), [](const Keyed& keyed) { return keyed.counter; });
  }
  if (run.empty()) return;
  younger_ = younger_.empty() ? std::move(run) : merged(younger_, run);
  if (younger_.size() * kYoungestPart < older_.size()) return;
  older_ = older_.empty() ? std::move(younger_) : merged(older_, younger_);
  younger_ = Run();
}

const Counter* NameIndex::Cursor::next() {
  const bool no_older = older_.begin == older_.end;
  if (no_older && younger_.begin == younger_.end) return nullptr;
  const bool younger =
      no_older || (younger_.begin != younger_.end && by_name(*younger_.begin, *older_.begin));
  return *(younger ? younger_ : older_).begin++;
}

NameIndex::Cursor NameIndex::from(std::string_view name) const {
  const auto rest = [name](const Run& run) {
    const auto first =
        std::lower_bound(run.begin(), run.end(), name,
                         [](const Counter* counter, std::string_view n) { return counter->name() < n; });
    return Cursor::Rest{run.data() + (first - run.begin()), run.data() + run.size()};
  };
  return {rest(older_), rest(younger_)};
}

NameIndex::Cursor NameIndex::behind(std::string_view name) const {
  Cursor cursor = from(name);
  Cursor ahead = cursor;
  const Counter* first = ahead.next();
  return first != nullptr && first->name() == name ? ahead : cursor;
}

}  // namespace tally
