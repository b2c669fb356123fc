#include "count/counter_arena.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "base/check.h"

namespace tally {

struct CounterArena::Chunk {
  Chunk(std::size_t bytes, std::size_t made) : capacity(bytes), made_before(made) {}

  const std::size_t capacity;
  const std::size_t made_before;  // counters, in other chunks
  Atomic<std::size_t> used{0};    // bytes of whole counters

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

CounterArena::CounterArena() = default;

CounterArena::~CounterArena() {
  for (Walk walk(*this); Counter* counter = walk.next();) counter->~Counter();
  for (std::size_t i = 0; i < chunks_.load(); ++i) {
    Chunk* const empty = &chunk(i);
    empty->~Chunk();
    ::operator delete(empty);
  }
}

// Chunk i stands in block b at i + 1 - 2^b, where b is the highest bit of i + 1.
CounterArena::Chunk& CounterArena::chunk(std::size_t index) const {
  const std::size_t block = static_cast<std::size_t>(std::bit_width(index + 1)) - 1;
  return *directory_[block][index + 1 - (std::size_t{1} << block)];
}

CounterArena::Chunk& CounterArena::add_chunk() {
  const std::size_t index = chunks_.load();
  const std::size_t capacity =
      index == 0 ? kFirstChunkBytes : std::min(chunk(index - 1).capacity * 2, kLargestChunkBytes);
  const std::size_t block = static_cast<std::size_t>(std::bit_width(index + 1)) - 1;
  const std::size_t first = std::size_t{1} << block;
  if (index + 1 == first) directory_[block] = Block(new Chunk*[first]);
  auto* added = new (::operator new(sizeof(Chunk) + capacity)) Chunk(capacity, made_);
  directory_[block][index + 1 - first] = added;
  chunks_.store(index + 1);
  return *added;
}

Counter* CounterArena::make(std::string_view name) {
  TALLY_CHECK(name.size() <= 255);
  const std::size_t bytes = footprint(name.size());
  const MutexLock lock(mutex_);
  const std::size_t chunks = chunks_.load();
  Chunk* last = chunks == 0 ? nullptr : &chunk(chunks - 1);
  if (last == nullptr || last->used.load() + bytes > last->capacity) last = &add_chunk();
  const std::size_t offset = last->used.load();
  auto* counter = new (last->bytes() + offset) Counter(name.size());
  std::memcpy(reinterpret_cast<char*>(counter + 1), name.data(), name.size());
  last->used.store(offset + bytes);
  ++made_;
  return counter;
}

CounterArena::Walk::Walk(const CounterArena& arena, std::size_t skipped) : arena_(&arena) {
  std::size_t beyond = arena.chunks_.load();
  if (beyond == 0) return;
  while (beyond - chunk_ > 1) {
    const std::size_t middle = chunk_ + (beyond - chunk_) / 2;
    (arena.chunk(middle).made_before <= skipped ? chunk_ : beyond) = middle;
  }
  for (std::size_t i = arena.chunk(chunk_).made_before; i < skipped && next() != nullptr; ++i) {
  }
}

Counter* CounterArena::Walk::next() {
  for (;;) {
    const std::size_t chunks = arena_->chunks_.load();
    if (chunk_ == chunks) return nullptr;
    Chunk& chunk = arena_->chunk(chunk_);
    // After the load of `chunks`: a chunk that has a next one is never added to again.
    if (offset_ < chunk.used.load()) {
      Counter* counter = chunk.counter_at(offset_);
      offset_ += footprint(counter->name().size());
      return counter;
    }
    if (chunk_ + 1 == chunks) return nullptr;
    ++chunk_;
    offset_ = 0;
  }
}

}  // namespace tally
