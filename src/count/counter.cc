#include "count/counter.h"

#include <memory>

namespace tally {

Counter::~Counter() {
  const Rest rest = rest_.load();
  if ((rest.tag() & kSpread) == 0) nodes_in(rest).destroy();
  delete spread_in(rest);
}

bool Counter::touched() const { return (rest_.load().tag() & kCounted) != 0 || !tree().empty(); }

Counter::Rest Counter::with_nodes(Rest rest, CollationNodes nodes) {
  const auto kept = static_cast<std::uint16_t>(rest.tag() & ~kWide);
  return {nodes.block(), static_cast<std::uint16_t>(kept | (nodes.wide() ? kWide : 0))};
}

// Nobody else puts nodes in; but an adder may set kCounted meanwhile, or take the nodes into a Spread.
void Counter::update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo) {
  for (;;) {
    Rest rest = rest_.load();
    if (Spread* spread = spread_in(rest)) return spread->tree.update(server, value, servers, limbo);
    const CollationNodes before = nodes_in(rest);
    if (before.store(server, value, servers)) return;
    const CollationNodes after = before.with(server, value, servers);
    if (rest_.compare_exchange_strong(rest, with_nodes(rest, after))) return before.retire(limbo);
    after.destroy();
  }
}

// Inside a section, so the nodes that it found are not freed, and their place is not taken by others that it
// would confuse with them.
SpreadCells& Counter::spread_out() {
  for (;;) {
    Rest rest = rest_.load();
    if (Spread* spread = spread_in(rest)) return spread->cells;
    auto made = std::make_unique<Spread>(nodes_in(rest));
    const auto tag = static_cast<std::uint16_t>(rest.tag() | kSpread);
    if (rest_.compare_exchange_strong(rest, Rest(made.get(), tag))) return made.release()->cells;
    made->tree.release();
  }
}

void Counter::set_counted() {
  Rest before = rest_.load();
  while (!rest_.compare_exchange_weak(
      before, Rest(before.pointer(), static_cast<std::uint16_t>(before.tag() | kCounted)))) {
  }
}

}  // namespace tally
