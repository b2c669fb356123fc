#include "count/counter_arena.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/check.h"

namespace tally {

struct CounterArena::Chunk {
  Chunk(std::size_t bytes, std::size_t made) : capacity(bytes), made_before(made) {}

  const std::size_t capacity;
  const std::size_t made_before;  // counters, in other chunks
  Atomic<Chunk*> next{nullptr};
  Atomic<std::size_t> used{0};  // bytes of whole counters

  char* bytes() { return reinterpret_cast<char*>(this + 1); }
  Counter* counter_at(std::size_t offset) {
    return std::launder(reinterpret_cast<Counter*>(bytes() + offset));
  }
};

std::size_t CounterArena::footprint(std::size_t name_size) {
  static_assert(sizeof(Chunk) % alignof(Counter) == 0);
  const std::size_t unaligned = sizeof(Counter) + name_size;
  return (unaligned + alignof(Counter) - 1) / alignof(Counter) * alignof(Counter);
}

CounterArena::~CounterArena() {
  for (Walk walk(*this); Counter* counter = walk.next();) counter->~Counter();
  for (Chunk* chunk = first_.load(); chunk != nullptr;) {
    Chunk* next = chunk->next.load();
    chunk->~Chunk();
    ::operator delete(chunk);
    chunk = next;
  }
}

Counter* CounterArena::make(std::string_view name) {
  TALLY_CHECK(name.size() <= 255);
  const std::size_t bytes = footprint(name.size());
  const MutexLock lock(mutex_);
  if (last_ == nullptr || last_->used.load() + bytes > last_->capacity) {
    const std::size_t capacity =
        last_ == nullptr ? kFirstChunkBytes : std::min(last_->capacity * 2, kLargestChunkBytes);
    auto* chunk = new (::operator new(sizeof(Chunk) + capacity)) Chunk(capacity, made_);
    (last_ == nullptr ? first_ : last_->next).store(chunk);
    last_ = chunk;
  }
  const std::size_t offset = last_->used.load();
  auto* counter = new (last_->bytes() + offset) Counter(name.size());
  std::memcpy(reinterpret_cast<char*>(counter + 1), name.data(), name.size());
  last_->used.store(offset + bytes);
  ++made_;
  return counter;
}

CounterArena::Walk::Walk(const CounterArena& arena, std::size_t skipped) : chunk_(arena.first_.load()) {
  if (chunk_ == nullptr) return;
  for (Chunk* next = chunk_->next.load(); next != nullptr && next->made_before <= skipped;) {
    chunk_ = next;
    next = next->next.load();
  }
  for (std::size_t i = chunk_->made_before; i < skipped && this->next() != nullptr; ++i) {
  }
}

Counter* CounterArena::Walk::next() {
  while (chunk_ != nullptr) {
    Chunk* next = chunk_->next.load();
    // After the load of `next`: a chunk that has a next one is never added to again.
    if (offset_ < chunk_->used.load()) {
      Counter* counter = chunk_->counter_at(offset_);
      offset_ += footprint(counter->name().size());
      return counter;
    }
    if (next == nullptr) return nullptr;
    chunk_ = next;
    offset_ = 0;
  }
  return nullptr;
}

}  // namespace tally
