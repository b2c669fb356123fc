// A store, and a thread of its own to use it, so that nobody else waits for a disk.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "cluster/kept.h"
#include "net/loops.h"
#include "store/store.h"

namespace tally {

class Disk {
 public:
  // `loop` is where answers are given, by whose thread everything here is called. It outlives this.
  Disk(std::unique_ptr<Store> store, boost::asio::io_context& loop);

  // What the store holds. Before the first commit().
  Result<void> load(const Store::Visitor& visit) const { return store_->load(visit); }
  Roster roster() const { return store_->roster(); }

  // Gives one stream, in a later turn of the loop, and in order with commits. Errors as Store::read()'s.
  void read(StreamId stream, std::function<void(const Result<KeptStream>&)> done);

  // Calls `done` with what became of it, in a later turn of the loop. Errors as Store::commit()'s. One commit
  // at a time; what `commit` refers to lives until then.
  void commit(Commit commit, std::function<void(const Result<void>&)> done);

 private:
  boost::asio::io_context& loop_;
  const std::unique_ptr<Store> store_;
  net::Loops thread_loop_;
  net::LoopThreads thread_;  // last: it uses the store
};

}  // namespace tally
