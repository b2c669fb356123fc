#include "count/counter.h"

#include <memory>

namespace tally {

Counter::More::~More() { delete spread.load(); }

Counter::~Counter() { delete more(); }

bool Counter::touched() const {
  const Tagged<More> more = more_.load();
  return (more.tag() & kCounted) != 0 || (more.pointer() != nullptr && !more.pointer()->tree.empty());
}

std::vector<CollationNode> Counter::nodes() const {
  const More* more = this->more();
  if (more == nullptr) return {};
  return more->tree.nodes();
}

void Counter::update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo) {
  make_more().tree.update(server, value, servers, limbo);
}

Int128 Counter::value_of(ServerIndex server, const ServerRegistry& servers) const {
  const More* more = this->more();
  return more == nullptr ? 0 : more->tree.value_of(server, servers);
}

Counter::More& Counter::make_more() {
  if (More* more = this->more()) return *more;
  auto made = std::make_unique<More>();
  Tagged<More> before = more_.load();
  while (before.pointer() == nullptr) {
    if (more_.compare_exchange_weak(before, Tagged<More>(made.get(), before.tag()))) return *made.release();
  }
  return *before.pointer();
}

SpreadCells& Counter::spread_out() {
  More& more = make_more();
  auto made = std::make_unique<SpreadCells>();
  SpreadCells* before = nullptr;
  if (more.spread.compare_exchange_strong(before, made.get())) return *made.release();
  return *before;
}

void Counter::set_counted() {
  Tagged<More> before = more_.load();
  while (!more_.compare_exchange_weak(
      before, Tagged<More>(before.pointer(), static_cast<std::uint16_t>(before.tag() | kCounted)))) {
  }
}

}  // namespace tally
