// A small model checker: runs a few logical threads under every order of their atomic operations.
//
// A scenario makes its objects, and threads that use them. Every operation on an interleave::Atomic is a
// point where another thread may go on; explore() runs the scenario again and again, depth first, until every
// choice at every such point was made, or one of them broke what the scenario requires. No bound on
// preemptions: "passes" means all interleavings.
//
//   * Memory is sequentially consistent, as the code under test claims it to be where it matters.
//   * Two prefixes of schedules that leave every thread with the same observations, and every atomic with the
//     same content, have the same futures; only the first is followed. (States are told apart by 64-bit
//     hashes.) So threads must depend on nothing but what they read from atomics and observe(); everything
//     else they share has to follow from that.
//   * await() is one operation that becomes possible once its condition holds. Where nobody can go on, that
//     is a deadlock.
//   * A schedule that leads into known territory is still run to its end, so that nothing has to be unwound.
//
// One thread explores; the logical threads are its fibers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/context/fiber.hpp>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "base/check.h"

namespace tally::interleave {

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t mixed = (a ^ (b + 0x9e3779b97f4a7c15U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

struct Exploration {
  std::string violation;  // empty: in no interleaving was anything broken
  std::string schedule;   // that broke it: the threads' numbers, one an operation
  std::size_t schedules = 0;
  std::size_t states = 0;
};

// Stacks for logical threads, used again and again: an exploration makes millions of them.
class Stacks {
 public:
  boost::context::stack_context allocate() {
    if (spare().empty()) return boost::context::fixedsize_stack(std::size_t{32} * 1024).allocate();
    const boost::context::stack_context stack = spare().back().stack;
    spare().pop_back();
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) {
#ifdef __SANITIZE_ADDRESS__
    // The frames that a fiber leaves in the end never return, so nothing else takes their marks away.
    __asan_unpoison_memory_region(static_cast<char*>(stack.sp) - stack.size, stack.size);
#endif
    spare().push_back({stack, static_cast<char*>(stack.sp) - stack.size});
  }

 private:
  struct Spare {
    boost::context::stack_context stack;
    char* memory;  // its context knows only where it ends, which a leak checker takes for somebody else's
  };
  static std::vector<Spare>& spare() {
    static auto& spare = *new std::vector<Spare>;
    return spare;
  }
};

// One run of a scenario.
class World {
 public:
  World() {
    TALLY_CHECK(current == nullptr);
    current = this;
  }
  ~World() { current = nullptr; }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // What scenarios say.
  void thread(std::function<void()> body);
  void finally(std::function<void()> check) { finally_ = std::move(check); }
  void require(bool condition, const char* what) {
    if (!condition && violation_.empty()) violation_ = what;
  }
  // What `look` returns without an operation being seen: the truth, for checks. It becomes part of the
  // thread's state.
  template <class Look>
  auto observe(Look look) {
    const int running = std::exchange(running_, kNobody);
    const auto seen = look();
    running_ = running;
    if (running_ != kNobody) note(static_cast<std::uint64_t>(seen));
    return seen;
  }

  // What the running thread saw so far no longer matters: all that it will do follows from `point`, its place
  // in its code.
  void forget(std::uint64_t point) { me().history = mix(2, point); }

  // What atomics say.
  std::uint64_t new_location() {
    return running_ == kNobody ? mix(0, ++locations_) : mix(me().number + 1, ++me().locations);
  }
  bool scheduled() const { return running_ != kNobody; }
  void step() { suspend(nullptr); }
  void step_when(std::function<bool()> ready) { suspend(std::move(ready)); }
  void note(std::uint64_t seen) { me().history = mix(me().history, seen); }
  std::uint64_t history() const { return running_ == kNobody ? 0 : threads_[index(running_)]->history; }
  void replace(std::uint64_t location, std::uint64_t before, std::uint64_t after) {
    memory_ ^= mix(location, before) ^ mix(location, after);
  }

  inline static World* current = nullptr;

 private:
  template <class Scenario>
  friend Exploration explore(Scenario scenario);

  using Fiber = boost::context::fiber;
  struct Thread {
    std::uint64_t number = 0;
    std::function<void()> body;  // kept to the end: what it holds must not be destroyed while it runs
    Fiber itself;
    Fiber scheduler;
    std::function<bool()> ready;
    std::uint64_t history = 0;
    std::uint64_t locations = 0;
  };
  static constexpr int kNobody = -1;
  static std::size_t index(int thread) { return static_cast<std::size_t>(thread); }

  Thread& me() { return *threads_[index(running_)]; }
  void suspend(std::function<bool()> ready) {
    Thread& thread = me();
    thread.ready = std::move(ready);
    thread.scheduler = std::move(thread.scheduler).resume();
  }
  void resume(int thread) {
    running_ = thread;
    me().itself = std::move(me().itself).resume();
    running_ = kNobody;
  }
  std::vector<int> able() const {
    std::vector<int> able;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      const Thread& thread = *threads_[i];
      if (thread.itself && (!thread.ready || thread.ready())) able.push_back(static_cast<int>(i));
    }
    return able;
  }
  // Threads that are stuck stay so, with all that they hold: to unwind them would throw through code that
  // never throws.
  void bury() {
    static auto& graveyard = *new std::vector<std::unique_ptr<Thread>>;
    for (auto& thread : threads_) graveyard.push_back(std::move(thread));
    threads_.clear();
  }
  bool finished() const {
    for (const auto& thread : threads_) {
      if (thread->itself) return false;
    }
    return true;
  }
  std::uint64_t state() const {
    std::uint64_t state = memory_;
    for (const auto& thread : threads_) state = mix(state, thread->history);
    return state;
  }

  std::vector<std::unique_ptr<Thread>> threads_;
  int running_ = kNobody;
  std::uint64_t locations_ = 0;
  std::uint64_t memory_ = 0;
  std::function<void()> finally_ = [] {};
  std::string violation_;
};

inline void World::thread(std::function<void()> body) {
  auto made = std::make_unique<Thread>();
  Thread* thread = made.get();
  thread->number = threads_.size();
  thread->body = std::move(body);
  thread->itself = Fiber(std::allocator_arg, Stacks(), [this, thread](Fiber&& scheduler) {
    thread->scheduler = std::move(scheduler);
    suspend(nullptr);
    note(1);  // begun
    thread->body();
    return std::move(thread->scheduler);
  });
  threads_.push_back(std::move(made));
  resume(static_cast<int>(thread->number));  // up to just before its body
}

// scenario(world) makes the objects, gives the world its threads, and perhaps a check for the end. It is
// called once for every schedule, must do the same every time, and its objects must live as long as what it
// gave to the world.
template <class Scenario>
Exploration explore(Scenario scenario) {
  struct Choice {
    std::vector<int> able;
    std::size_t chosen;
  };
  Exploration result;
  std::unordered_set<std::uint64_t> seen;
  std::vector<Choice> choices;
  do {
    World world;
    scenario(world);
    bool known = false;
    std::size_t depth = 0;
    std::string schedule;
    while (!world.finished()) {
      int next = 0;
      if (depth < choices.size()) {
        next = choices[depth].able[choices[depth].chosen];
      } else {
        std::vector<int> able = world.able();
        if (able.empty()) {
          world.require(false, "deadlock");
          break;
        }
        next = able.front();
        known = known || !seen.insert(world.state()).second;
        if (!known) choices.push_back({std::move(able), 0});
      }
      ++depth;
      schedule += std::to_string(next);
      world.resume(next);
    }
    if (world.finished()) {
      world.finally_();
    } else {
      world.bury();
    }
    ++result.schedules;
    if (!world.violation_.empty()) {
      result.violation = world.violation_;
      result.schedule = schedule;
      break;
    }
    while (!choices.empty() && choices.back().chosen + 1 == choices.back().able.size()) choices.pop_back();
    if (!choices.empty()) ++choices.back().chosen;
  } while (!choices.empty());
  result.states = seen.size();
  return result;
}

// What explored code takes for std::atomic.
template <class T>
class Atomic {
 public:
  Atomic() : Atomic(T{}) {}
  Atomic(T value)
      : value_(value), location_(World::current == nullptr ? 0 : World::current->new_location()) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(std::memory_order = std::memory_order_seq_cst) const {
    step();
    return seen();
  }
  void store(T value, std::memory_order = std::memory_order_seq_cst) {
    step();
    put(value);
  }
  T exchange(T value, std::memory_order = std::memory_order_seq_cst) {
    step();
    const T before = seen();
    put(value);
    return before;
  }
  bool compare_exchange_strong(T& expected, T desired) {
    step();
    const T before = seen();
    if (!same(before, expected)) {
      expected = before;
      return false;
    }
    put(desired);
    return true;
  }
  bool compare_exchange_weak(T& expected, T desired) { return compare_exchange_strong(expected, desired); }
  T fetch_add(T more, std::memory_order = std::memory_order_seq_cst) {
    step();
    const T before = seen();
    put(static_cast<T>(before + more));
    return before;
  }

  template <class Done>
  T await(Done done) const {
    if (scheduled()) World::current->step_when([this, done] { return done(value_); });
    TALLY_CHECK(done(value_));
    return seen();
  }

 private:
  static bool scheduled() { return World::current != nullptr && World::current->scheduled(); }
  static bool same(const T& a, const T& b) {
    if constexpr (kPlain || std::is_pointer_v<T>) {
      return a == b;
    } else {
      return __builtin_memcmp(&a, &b, sizeof(T)) == 0;
    }
  }
  void step() const {
    if (scheduled()) World::current->step();
  }
  T seen() const {
    if (scheduled()) World::current->note(fingerprint());
    return value_;
  }
  void put(T value) {
    if (World::current == nullptr) {
      value_ = value;
      return;
    }
    const std::uint64_t before = fingerprint();
    if (scheduled()) World::current->note(1);
    value_ = value;
    writer_ = World::current->history();
    World::current->replace(location_, before, fingerprint());
  }

  // Addresses differ from run to run: a pointer is known by who wrote it, when.
  static constexpr bool kPlain = std::is_integral_v<T> || std::is_enum_v<T>;
  std::uint64_t fingerprint() const {
    if constexpr (kPlain) {
      return static_cast<std::uint64_t>(value_);
    } else {
      return writer_;
    }
  }

  T value_;
  std::uint64_t location_;
  std::uint64_t writer_ = 0;
};

}  // namespace tally::interleave

namespace tally {

template <class T>
using Atomic = interleave::Atomic<T>;

template <class T, class Done>
T await(const Atomic<T>& cell, Done done) {
  return cell.await(done);
}

}  // namespace tally
