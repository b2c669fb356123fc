#include "count/listing.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace tally {

namespace {

constexpr std::size_t kSlice = 64;  // counters

// Whether `a` stands before `b`: the larger value, equal ones by name.
bool before(Int128 a, std::string_view a_name, Int128 b, std::string_view b_name) {
  return a != b ? a > b : a_name < b_name;
}
bool before(const Listed& a, const Listed& b) {
  return before(a.value, a.counter->name(), b.value, b.counter->name());
}

// The first `most` of all that are put in.
class Foremost {
 public:
  explicit Foremost(std::size_t most) : most_(most) {}

  bool has_room_for(const Listed& listed) const {
    return heap_.size() < most_ || before(listed, heap_.front());
  }

  void put(const Listed& listed) {
    if (heap_.size() == most_) {
      std::pop_heap(heap_.begin(), heap_.end(), in_order);
      heap_.pop_back();
    }
    heap_.push_back(listed);
    std::push_heap(heap_.begin(), heap_.end(), in_order);
  }

  std::vector<Listed> take() {
    std::sort_heap(heap_.begin(), heap_.end(), in_order);
    return std::move(heap_);
  }

 private:
  static bool in_order(const Listed& a, const Listed& b) { return before(a, b); }

  const std::size_t most_;
  std::vector<Listed> heap_;  // the last of them on top
};

}  // namespace

Lister::Lister(Counting& counting, GoOn go_on)
    : counting_(counting), thread_(counting.sections_), go_on_(std::move(go_on)), names_(counting.table()) {}

std::optional<ListPage> Lister::page(const ListQuery& query) {
  TALLY_CHECK(query.limit > 0);
  const bool by_name = query.order == ListOrder::by_name;
  if (!by_name && query.prefix.empty()) {
    return page_by_value(query, [walk = counting_.table().walk()]() mutable { return walk.next(); });
  }
  if (!names_.catch_up(go_on_)) return std::nullopt;
  if (by_name) return page_by_name(query);
  return page_by_value(query, [&query, cursor = names_.from(query.prefix)]() mutable {
    const Counter* counter = cursor.next();
    return counter != nullptr && counter->name().starts_with(query.prefix) ? counter : nullptr;
  });
}

std::optional<ListPage> Lister::page_by_name(const ListQuery& query) {
  const bool from_prefix = !query.after || query.after->name < query.prefix;
  NameIndex::Cursor cursor = from_prefix ? names_.from(query.prefix) : names_.behind(query.after->name);
  ListPage page;
  for (;;) {
    if (!go_on_()) return std::nullopt;
    const Section section(thread_, SectionKind::single);
    for (std::size_t i = 0; i < kSlice; ++i) {
      const Counter* counter = cursor.next();
      if (counter == nullptr || !counter->name().starts_with(query.prefix)) return page;
      if (!counter->touched()) continue;
      if (page.counters.size() == query.limit) {
        page.next = ListPosition{std::string(page.counters.back().counter->name())};
        return page;
      }
      page.counters.push_back({counter, counter->value()});
    }
  }
}

template <class Next>
std::optional<ListPage> Lister::page_by_value(const ListQuery& query, Next next) {
  Foremost foremost(std::size_t{query.limit} + 1);  // the one too many tells that there is a next page
  for (bool more = true; more;) {
    if (!go_on_()) return std::nullopt;
    const Section section(thread_, SectionKind::single);
    for (std::size_t i = 0; i < kSlice; ++i) {
      const Counter* counter = next();
      more = counter != nullptr;
      if (!more) break;
      const Listed listed{counter, counter->value()};
      if (query.after && !before(query.after->value, query.after->name, listed.value, counter->name()))
        continue;
      if (foremost.has_room_for(listed) && counter->touched()) foremost.put(listed);
    }
  }
  ListPage page{foremost.take(), std::nullopt};
  if (page.counters.size() > query.limit) {
    page.counters.pop_back();
    const Listed& last = page.counters.back();
    page.next = ListPosition{std::string(last.counter->name()), last.value};
  }
  return page;
}

}  // namespace tally
