// A disk in memory that does as a test says.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "store/memory_store.h"

namespace tally {

// A disk that takes as long as a test says, and has as much room.
class TestDisk {
 public:
  void hold() {
    change([this] { held_ = true; });
  }
  void let_go() {
    change([this] { held_ = false; });
  }
  void be_full(bool full) {
    change([&] { full_ = full; });
  }
  int commits() {
    const std::lock_guard lock(mutex_);
    return commits_;
  }

  // What it holds outlives the server.
  std::unique_ptr<Store> store() { return std::make_unique<OnTestDisk>(*this); }

 private:
  class OnTestDisk final : public Store {
   public:
    explicit OnTestDisk(TestDisk& disk) : disk_(disk) {}
    Result<void> commit(const Commit& commit) override {
      std::unique_lock lock(disk_.mutex_);
      disk_.changed_.wait(lock, [this] { return !disk_.held_; });
      if (disk_.full_) return Error{Errc::full, "The test's disk is full."};
      ++disk_.commits_;
      return disk_.kept_.commit(commit);
    }
    Result<void> load(const Visitor& visit) const override {
      const std::lock_guard lock(disk_.mutex_);  // another server may be committing
      return disk_.kept_.load(visit);
    }
    Result<void> read(StreamId stream, const Visitor& visit) const override {
      const std::lock_guard lock(disk_.mutex_);
      return disk_.kept_.read(stream, visit);
    }
    Roster roster() const override {
      const std::lock_guard lock(disk_.mutex_);
      return disk_.kept_.roster();
    }

   private:
    TestDisk& disk_;
  };

  void change(const std::function<void()>& how) {
    const std::lock_guard lock(mutex_);
    how();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool full_ = false;
  int commits_ = 0;
  MemoryStore kept_;
};

}  // namespace tally
