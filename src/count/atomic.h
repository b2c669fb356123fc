// The atomics that counting is made of, and the one way in which it waits for another thread.
//
// They are the standard library's. The tests compile this folder a second time over atomics whose every
// operation a model checker schedules (TALLY_COUNT_ATOMICS names the header), so that all interleavings of
// this very code are tried. Any thread, as with the standard's.
//
// Operations are sequentially consistent unless they say otherwise: as a load that costs nothing more on
// x86-64 or arm64, the stores that matter need it, and it is the order that the model checker explores.
#pragma once

#ifdef TALLY_COUNT_ATOMICS
#include TALLY_COUNT_ATOMICS
#else

#include <atomic>
#include <thread>  // yield, for await()

namespace tally {

template <class T>
using Atomic = std::atomic<T>;

// Returns the first value of `cell` that `done` accepts. For what others finish soon: it gives up its time
// slice, not more.
template <class T, class Done>
T await(const Atomic<T>& cell, Done done) {
  for (;;) {
    const T seen = cell.load();
    if (done(seen)) return seen;
    std::this_thread::yield();
  }
}

}  // namespace tally

#endif
