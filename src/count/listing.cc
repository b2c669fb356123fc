#include "count/listing.h"

#include <algorithm>

#include "base/check.h"

namespace tally {

namespace {

// Whether `a` stands before `b` in the page.
class Before {
 public:
  explicit Before(ListOrder order) : by_value_(order == ListOrder::by_value_down) {}

  bool operator()(const Listed& a, const Listed& b) const {
    return less(a.value, a.counter->name(), b.value, b.counter->name());
  }
  bool operator()(const ListPosition& a, const Listed& b) const {
    return less(a.value, a.name, b.value, b.counter->name());
  }

 private:
  bool less(Int128 a, std::string_view a_name, Int128 b, std::string_view b_name) const {
    if (by_value_ && a != b) return a > b;
    return a_name < b_name;
  }

  bool by_value_;
};

}  // namespace

ListPage list(const CounterTable& table, Sections::Thread& thread, const ListQuery& query) {
  constexpr int kInOneSection = 256;  // seals wait for a section
  TALLY_CHECK(query.limit > 0);
  const Before before(query.order);
  const std::size_t kept = std::size_t{query.limit} + 1;  // the one too many tells that there is a next page
  std::vector<Listed> heap;                               // the first ones so far, the last of them on top

  CounterArena::Walk walk = table.walk();
  for (bool more = true; more;) {
    const Section section(thread, SectionKind::single);
    for (int i = 0; i < kInOneSection; ++i) {
      const Counter* counter = walk.next();
      more = counter != nullptr;
      if (!more) break;
      if (!counter->name().starts_with(query.prefix) || !counter->touched()) continue;
      const Listed listed{counter, counter->value()};
      if (query.after && !before(*query.after, listed)) continue;
      if (heap.size() == kept) {
        if (!before(listed, heap.front())) continue;
        std::pop_heap(heap.begin(), heap.end(), before);
        heap.pop_back();
      }
      heap.push_back(listed);
      std::push_heap(heap.begin(), heap.end(), before);
    }
  }

  std::sort_heap(heap.begin(), heap.end(), before);
  ListPage page{std::move(heap), std::nullopt};
  if (page.counters.size() == kept) {
    page.counters.pop_back();
    const Listed& last = page.counters.back();
    page.next =
        ListPosition{std::string(last.counter->name()), query.order == ListOrder::by_name ? 0 : last.value};
  }
  return page;
}

}  // namespace tally
