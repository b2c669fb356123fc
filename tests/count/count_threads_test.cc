// The same promises as in the explored tests, by real threads on real hardware: what a model of sequentially
// consistent memory cannot show (store buffering), and what ThreadSanitizer and AddressSanitizer see.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "count/counting.h"
#include "count/listing.h"

namespace tally {
namespace {

constexpr std::size_t kAdders = 3;
constexpr int kAdds = 60'000;  // of each

// Runs body(0) .. body(count - 1) in a thread each; `meanwhile` again and again until all are done.
void together(std::size_t count, const std::function<void(std::size_t)>& body,
              const std::function<void()>& meanwhile) {
  std::atomic<std::size_t> running{count};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      body(i);
      running.fetch_sub(1);
    });
  }
  while (running.load() != 0) meanwhile();
  for (std::thread& thread : threads) thread.join();
}

// What one thread's replies promised: by ticket, how much it had added to each counter.
using Promises = std::map<std::uint64_t, std::vector<std::int64_t>>;

// Every seal's totals, for a Counting with the counters "0", "1", ...
class Sealer {
 public:
  Sealer(Counting& counting, std::size_t counters) : counting_(counting), totals_(counters) {
    seals_.push_back(totals_);
  }

  void seal() {
    const Seal seal = counting_.seal();
    ASSERT_EQ(number(seal.sequence), seals_.size());
    for (const auto& [counter, total] : seal.changed)
      totals_[std::stoul(std::string(counter->name()))] = total;
    seals_.push_back(totals_);
  }

  const std::vector<std::vector<std::int64_t>>& seals() const { return seals_; }

  // Each seal holds at least what was promised for it, and the last one exactly all.
  void expect_kept(const std::vector<Promises>& promises) const {
    std::vector<std::int64_t> promised(totals_.size());
    for (std::uint64_t s = 0; s < seals_.size(); ++s) {
      for (const Promises& thread : promises) {
        const auto of_this_ticket = thread.find(s);
        if (of_this_ticket == thread.end()) continue;
        for (std::size_t c = 0; c < promised.size(); ++c) promised[c] += of_this_ticket->second[c];
      }
      for (std::size_t c = 0; c < promised.size(); ++c) {
        ASSERT_GE(seals_[s][c], promised[c]) << "seal " << s << " of counter " << c;
      }
    }
    EXPECT_EQ(totals_, promised);
  }

 private:
  Counting& counting_;
  std::vector<std::int64_t> totals_;
  std::vector<std::vector<std::int64_t>> seals_;  // by sequence
};

TEST(CountThreads, EveryAddIsInTheSealOfItsTicket) {
  constexpr std::size_t kCounters = 2;
  Counting counting(kAdders, 1);
  Sealer sealer(counting, kCounters);
  std::vector<Promises> promises(kAdders);
  together(
      kAdders,
      [&](std::size_t i) {
        CountingThread thread(counting);
        Random random(i);
        for (int k = 0; k < kAdds; ++k) {
          const std::size_t counter = random.below(kCounters);
          const Added added = thread.add(std::to_string(counter), 1).value();
          auto& promised = promises[i][number(added.ticket)];
          promised.resize(kCounters);
          ++promised[counter];
        }
      },
      [&] { sealer.seal(); });
  sealer.seal();
  sealer.expect_kept(promises);
}

// Every add is a 1, so the totals say how many are there. A seal that asked afterwards how many were made
// would claim those that were made while it copied the totals.
TEST(CountThreads, ASealHoldsTheAddsThatItClaims) {
  constexpr std::size_t kCounters = 1000;
  Counting counting(kAdders + 1, 1);
  std::map<const Counter*, std::int64_t> totals;
  std::uint64_t sealed = 0;
  const auto seal = [&] {
    const Seal newest = counting.seal();
    for (const auto& [counter, total] : newest.changed) {
      sealed += static_cast<std::uint64_t>(total - std::exchange(totals[counter], total));
    }
    ASSERT_GE(sealed, newest.adds);
  };
  together(
      kAdders,
      [&](std::size_t) {
        CountingThread thread(counting);
        for (int k = 0; k < kAdds; ++k) {
          ASSERT_TRUE(thread.add(std::to_string(static_cast<std::size_t>(k) % kCounters), 1));
        }
      },
      seal);
  seal();
  EXPECT_EQ(sealed, counting.adds());
}

// Two unprotected steps, load and store, lose an increment wherever two threads are between them. Entering a
// section stores, then loads; so does shutting; hardware that lets the loads pass the stores lets both in.
TEST(CountThreads, WhoIsAloneIsAloneOnThisHardware) {
  constexpr int kTurns = 100'000;
  Sections sections(2);
  std::atomic<int> unprotected{0};
  const auto increment = [&] {
    unprotected.store(unprotected.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  };
  int alone_turns = 0;
  Sections::Thread other(sections);
  together(
      1,
      [&](std::size_t) {
        Sections::Thread thread(sections);
        for (int k = 0; k < kTurns; ++k) {
          const Section section(thread, SectionKind::single);
          increment();
        }
      },
      [&] {
        const Sections::Alone alone(other);
        increment();
        ++alone_turns;
      });
  EXPECT_EQ(unprotected.load(), kTurns + alone_turns);
}

// Batches move from one counter to the other; single adds, and ones so large that they need to be alone, come
// between.
TEST(CountThreads, NoBatchIsSplitByASeal) {
  Counting counting(kAdders, 1);
  Sealer sealer(counting, 3);
  together(
      kAdders,
      [&](std::size_t i) {
        CountingThread thread(counting);
        Random random(i);
        Counter& from = *thread.find_or_insert("0");
        Counter& to = *thread.find_or_insert("1");
        Counter& aside = *thread.find_or_insert("2");
        std::array<std::int64_t, 2> values;
        for (int k = 0; k < kAdds / 4; ++k) {
          const auto amount = static_cast<std::int64_t>(random.below(100));
          ASSERT_TRUE(thread.add(std::array{Change{&from, -amount}, Change{&to, amount}}, values));
          if (random.chance(10)) {
            const std::int64_t large = kSmallDelta * 2;
            ASSERT_TRUE(thread.add(std::array{Change{&from, -large}, Change{&to, large}}, values));
            ASSERT_TRUE(thread.add(std::array{Change{&from, large}, Change{&to, -large}}, values));
          }
          ASSERT_TRUE(thread.add(aside, 1));
        }
      },
      [&] { sealer.seal(); });
  sealer.seal();
  for (const auto& totals : sealer.seals()) ASSERT_EQ(totals[0] + totals[1], 0);
  EXPECT_EQ(sealer.seals().back()[2], std::int64_t{kAdders} * (kAdds / 4));
}

TEST(CountThreads, OnlyWhatFitsIsCountedAtTheEdge) {
  Counting counting(kAdders, 1);
  std::array<Int128, kAdders> accepted{};
  together(
      kAdders,
      [&](std::size_t i) {
        CountingThread thread(counting);
        Random random(i);
        for (int k = 0; k < kAdds / 10; ++k) {
          // Large enough that a few of them reach the edge, and small ones that must not slip in beside.
          const auto large = static_cast<std::int64_t>(random() >> 2) - (std::int64_t{1} << 60);
          const std::int64_t delta =
              random.chance(50) ? large : static_cast<std::int64_t>(random.below(9)) - 4;
          if (thread.add("x", delta)) accepted[i] += delta;
        }
      },
      [] { std::this_thread::yield(); });
  CountingThread thread(counting);
  Int128 sum = 0;
  for (const Int128 each : accepted) sum += each;
  EXPECT_EQ(thread.value("x"), sum);
  EXPECT_TRUE(fits_int64(sum));
}

TEST(CountThreads, ReadsNeverGoBackwardsWhileTreesGrow) {
  constexpr std::size_t kReaders = 2;
  constexpr std::uint32_t kServers = 300;
  Counting counting(kReaders + 1, 1);
  CountingThread writer(counting);
  Counter& counter = *writer.find_or_insert("x");
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      CountingThread thread(counting);
      Int128 last = 0;
      while (!done.load()) {
        const Int128 value = thread.value(&counter);
        ASSERT_GE(value, last);
        last = value;
        thread.nodes(&counter);
      }
    });
  }
  Random random(1);
  std::map<std::string, std::int64_t> values;
  Int128 truth = 0;
  for (int k = 0; k < kAdds / 12; ++k) {
    const std::string id = "s" + std::to_string(random.below(kServers));
    const auto more = static_cast<std::int64_t>(random.below(100));
    truth += more;
    counting.update(counter, counting.servers().index(ServerId::parse(id).value()), values[id] += more);
    if (k % 100 == 0) counting.seal();  // frees what was replaced
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(writer.value(&counter), truth);
  EXPECT_EQ(writer.value(&counter), truth);
}

TEST(CountThreads, NamesThatManyThreadsMakeAreMadeOnce) {
  constexpr std::size_t kNames = 3000;
  Counting counting(kAdders + 1, 1);
  Lister lister(counting);
  std::size_t listed = 0;
  together(
      kAdders,
      [&](std::size_t i) {
        CountingThread thread(counting);
        Random random(i);
        std::vector<std::string> names;
        for (std::size_t n = 0; n < kNames; ++n) names.push_back("name-" + std::to_string(n));
        for (std::size_t n = kNames - 1; n > 0; --n) std::swap(names[n], names[random.below(n + 1)]);
        for (const std::string& name : names) ASSERT_TRUE(thread.add(name, 1));
      },
      [&] {
        counting.seal();
        const auto page = lister.page({"", ListOrder::by_name, 2 * kNames, {}});
        ASSERT_GE(page->counters.size(), listed) << "nobody goes";
        listed = page->counters.size();
        const auto by_name = [](const Listed& a, const Listed& b) {
          return a.counter->name() < b.counter->name();
        };
        ASSERT_TRUE(std::is_sorted(page->counters.begin(), page->counters.end(), by_name));
        ASSERT_LE(lister.page({"", ListOrder::by_value_down, 10, {}})->counters.size(), 10U);
      });
  std::size_t made = 0;
  for (CounterArena::Walk walk = counting.table().walk(); walk.next() != nullptr;) ++made;
  EXPECT_EQ(made, kNames);
  CountingThread thread(counting);
  for (std::size_t n = 0; n < kNames; ++n) {
    ASSERT_EQ(thread.value("name-" + std::to_string(n)), std::int64_t{kAdders});
  }
}

}  // namespace
}  // namespace tally
