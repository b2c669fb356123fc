#include "count/limbo.h"

#include <utility>

namespace tally {

Limbo::Doomed::~Doomed() {
  for (const Item& item : items_) item.destroy(item.memory);
}

void Limbo::retire(void* memory, void (*destroy)(void*), std::size_t bytes) {
  const MutexLock lock(mutex_);
  items_.push_back({memory, destroy});
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

Limbo::Doomed Limbo::take() {
  const MutexLock lock(mutex_);
  Doomed doomed;
  doomed.items_.swap(items_);
  bytes_.store(0, std::memory_order_relaxed);
  return doomed;
}

}  // namespace tally
