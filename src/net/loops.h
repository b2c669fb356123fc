// Event loops, one thread each.
#pragma once

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace tally::net {

// How many processors this process may use, at least 1: what taskset(1) or a container's cpuset left it,
// where std::thread::hardware_concurrency() tells what the machine has. One loop for each is enough.
unsigned usable_processors();

// The loops themselves. Declared before whatever lives on them, so destroyed after it.
class Loops {
 public:
  explicit Loops(std::size_t count);

  std::size_t size() const { return loops_.size(); }
  boost::asio::io_context& operator[](std::size_t index) { return *loops_[index]; }

 private:
  std::vector<std::unique_ptr<boost::asio::io_context>> loops_;
};

// The threads that run them. Declared after whatever lives on the loops: when this is gone, so is every
// thread, and the rest can be taken down in peace.
class LoopThreads {
 public:
  explicit LoopThreads(Loops& loops);  // every loop runs from here on, whether it has work or not
  ~LoopThreads();                      // stops every loop where it stands, and joins
  LoopThreads(const LoopThreads&) = delete;
  LoopThreads& operator=(const LoopThreads&) = delete;

 private:
  using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  Loops& loops_;
  std::vector<Work> work_;
  std::vector<std::thread> threads_;
};

}  // namespace tally::net
