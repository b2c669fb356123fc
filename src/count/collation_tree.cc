#include "count/collation_tree.h"

namespace tally {

void CollationTree::update(ServerIndex server, Int128 value, const ServerRegistry& servers, Limbo& limbo) {
  const CollationNodes before = now();
  if (before.store(server, value, servers)) return;
  nodes_.store(word(before.with(server, value, servers)));
  before.retire(limbo);
}

}  // namespace tally
