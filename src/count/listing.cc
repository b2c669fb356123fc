#include "count/listing.h"

#include <algorithm>

#include "base/check.h"

namespace tally {

namespace {

constexpr std::size_t kInOneSection = 256;  // seals wait for a section

// Whether `a` stands before `b` in the page. In the order of names it looks at nothing else.
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

void read_values(std::vector<Listed>& page, Sections::Thread& thread) {
  for (std::size_t begin = 0; begin < page.size(); begin += kInOneSection) {
    const Section section(thread, SectionKind::single);
    const std::size_t end = std::min(page.size(), begin + kInOneSection);
    for (std::size_t i = begin; i < end; ++i) page[i].value = page[i].counter->value();
  }
}

}  // namespace

ListPage list(const CounterTable& table, Sections::Thread& thread, const ListQuery& query) {
  TALLY_CHECK(query.limit > 0);
  const bool by_name = query.order == ListOrder::by_name;
  const Before before(query.order);
  const std::size_t kept = std::size_t{query.limit} + 1;  // the one too many tells that there is a next page
  std::vector<Listed> heap;                               // the first ones so far, the last of them on top

  CounterArena::Walk walk = table.walk();
  for (bool more = true; more;) {
    const Section section(thread, SectionKind::single);
    for (std::size_t i = 0; i < kInOneSection; ++i) {
      const Counter* counter = walk.next();
      more = counter != nullptr;
      if (!more) break;
      if (!counter->name().starts_with(query.prefix)) continue;
      const Listed listed{counter, by_name ? 0 : counter->value()};
      if (query.after && !before(*query.after, listed)) continue;
      const bool full = heap.size() == kept;
      if (full && !before(listed, heap.front())) continue;
      if (!counter->touched()) continue;
      if (full) {
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
    page.next = ListPosition{std::string(last.counter->name()), last.value};
  }
  if (by_name) read_values(page.counters, thread);
  return page;
}

std::size_t scan(const CounterTable& table, Sections::Thread& thread, std::size_t looked_at,
                 std::size_t count, std::vector<const Counter*>& seen) {
  CounterArena::Walk walk = table.walk(looked_at);
  for (std::size_t left = count; left > 0;) {
    const Section section(thread, SectionKind::single);
    for (std::size_t i = std::min(left, kInOneSection); i > 0; --i, --left) {
      const Counter* counter = walk.next();
      if (counter == nullptr) return 0;
      if (counter->touched()) seen.push_back(counter);
    }
  }
  return looked_at + count;
}

}  // namespace tally
