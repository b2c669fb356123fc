// Pages of the counters there are, in order.
//
// A listing looks in slices, a section each. Seals, and the rare adds that must be alone (count/counting.h),
// wait for a slice at most, and whoever waits for one of these waits with it; no other add and no read waits.
// Counting goes on meanwhile, and a page is not one moment's picture. What is promised:
//
//   * Each counter had the value that the page shows at some moment between request and answer, and no page
//     names a counter twice.
//   * By name: a page lacks no counter of its range that somebody had touched before the request. So pages
//     that begin where the one before ended show every counter that was there at the first request once, and
//     of those that came later the ones that happened to lie ahead.
//   * By value: a page lacks a counter whose value did not change meanwhile only if `limit` others stand
//     ahead of it. From page to page, one whose value crosses the cursor is missed, or seen twice.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/int128.h"
#include "count/counting.h"
#include "count/list_query.h"
#include "count/name_index.h"
#include "count/sections.h"

namespace tally {

struct Listed {
  const Counter* counter;
  Int128 value;
};

struct ListPage {
  std::vector<Listed> counters;
  std::optional<ListPosition> next;  // nothing: this is the last page
};

// Used by one thread, which counts as one of the Counting's threads; destroyed before the Counting.
class Lister {
 public:
  // Called before every slice, and now and then while names are sorted; in no section.
  using GoOn = NameIndex::GoOn;

  explicit Lister(
      Counting& counting, GoOn go_on = [] { return true; });

  // The first `limit` counters after `after` that somebody touched and whose names begin with `prefix`;
  // nothing if it was told to give up.
  //
  // By name, and by value with a prefix, it costs what the page, or the prefix, contains, and an index of all
  // names (count/name_index.h), made when it is first needed. By value without a prefix it is a look at every
  // counter: half a second for ten million.
  std::optional<ListPage> page(const ListQuery& query);

 private:
  std::optional<ListPage> page_by_name(const ListQuery& query);
  // Of the counters that next() gives, until it is null.
  template <class Next>
  std::optional<ListPage> page_by_value(const ListQuery& query, Next next);

  Counting& counting_;
  Sections::Thread thread_;
  const GoOn go_on_;
  NameIndex names_;
};

}  // namespace tally
