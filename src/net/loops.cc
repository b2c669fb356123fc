#include "net/loops.h"

#include <algorithm>

#include <sched.h>

#include "base/check.h"

namespace tally::net {

namespace {

// Tells Asio that one thread runs the loop; posting from others stays safe.
constexpr int kOneThread = 1;

}  // namespace

unsigned usable_processors() {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) {  // more than CPU_SETSIZE: sched_getaffinity(2)
    return std::max(1U, std::thread::hardware_concurrency());
  }
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&usable)));
}

Loops::Loops(std::size_t count) {
  TALLY_CHECK(count > 0);
  loops_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    loops_.push_back(std::make_unique<boost::asio::io_context>(kOneThread));
  }
}

LoopThreads::LoopThreads(Loops& loops) : loops_(loops) {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    boost::asio::io_context& loop = loops_[i];
    work_.emplace_back(loop.get_executor());
    threads_.emplace_back([&loop] { loop.run(); });
  }
}

LoopThreads::~LoopThreads() {
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_[i].stop();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace tally::net
