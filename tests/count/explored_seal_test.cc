// The rule of seals, in every interleaving: what was added with a ticket is in the seal of that ticket, and a
// batch is whole in every seal or not in it at all. First for the real Counting, then for its steps with one
// mistake each.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "count/counting.h"
#include "tests/count/interleave.h"

namespace tally {
namespace {

using interleave::Exploration;
using interleave::explore;
using interleave::World;

constexpr std::size_t kThreads = 2;
using Totals = std::array<std::int64_t, 2>;

class Real {
 public:
  Sequence add(std::size_t thread, std::size_t counter, std::int64_t delta) {
    return threads_[thread].add(*counters_[counter], delta)->ticket;
  }
  Sequence add_in_batch(std::size_t thread, std::size_t counter, std::int64_t delta) {
    std::array<std::int64_t, 1> values;
    return *threads_[thread].add(std::array{Change{counters_[counter], delta}}, values);
  }
  Sequence add_to_both(std::size_t thread, std::int64_t delta) {
    Totals values;
    return *threads_[thread].add(std::array{Change{counters_[0], delta}, Change{counters_[1], delta}},
                                 values);
  }
  // The totals that it changes in `totals`.
  Sequence seal(Totals& totals) {
    const Seal seal = counting_.seal();
    for (const auto& [counter, total] : seal.changed) totals[counter == counters_[0] ? 0 : 1] = total;
    return seal.sequence;
  }

 private:
  Counting counting_{kThreads, 1};
  std::array<CountingThread, kThreads> threads_{CountingThread(counting_), CountingThread(counting_)};
  std::array<Counter*, 2> counters_{threads_[0].find_or_insert("a"), threads_[0].find_or_insert("b")};
};

enum class Mistake {
  none,
  no_grace_period,
  grace_period_before_the_ticket_moves,
  reads_before_it_clears,
  takes_the_ticket_before_its_section,
  touches_before_it_changes,
  batches_not_shut_out,
  batches_shut_out_after_the_grace_period,
};

// Counting's steps, over the real Sections and ChangeQueue.
template <Mistake kMistake>
class Planted {
 public:
  Sequence add(std::size_t thread, std::size_t item, std::int64_t delta) {
    const std::uint64_t early = kMistake == Mistake::takes_the_ticket_before_its_section ? ticket_.load() : 0;
    const Section section(threads_[thread], SectionKind::single);
    change(item, delta);
    return Sequence{early != 0 ? early : ticket_.load()};
  }

  Sequence add_in_batch(std::size_t thread, std::size_t item, std::int64_t delta) {
    const Section section(threads_[thread], SectionKind::batch);
    change(item, delta);
    return Sequence{ticket_.load()};
  }

  Sequence add_to_both(std::size_t thread, std::int64_t delta) {
    const Section section(threads_[thread], SectionKind::batch);
    change(0, delta);
    change(1, delta);
    return Sequence{ticket_.load()};
  }

  Sequence seal(Totals& totals) {
    std::optional<Sections::Shut> no_batches;
    const bool shut_out = kMistake != Mistake::batches_not_shut_out;
    const bool shut_out_late = kMistake == Mistake::batches_shut_out_after_the_grace_period;
    if (shut_out && !shut_out_late) no_batches.emplace(sections_);
    if (kMistake == Mistake::grace_period_before_the_ticket_moves) sections_.wait_for_grace_period();
    const Sequence sequence{ticket_.fetch_add(1)};
    if (kMistake != Mistake::no_grace_period && kMistake != Mistake::grace_period_before_the_ticket_moves) {
      sections_.wait_for_grace_period();
    }
    if (shut_out_late) no_batches.emplace(sections_);
    for (auto taken = changed_.take(); Item* const item = taken.next();) {
      const auto i = static_cast<std::size_t>(item - items_.data());
      if (kMistake == Mistake::reads_before_it_clears) totals[i] = item->total.load();
      ChangeQueue<Item>::clear(*item);
      if (kMistake != Mistake::reads_before_it_clears) totals[i] = item->total.load();
    }
    return sequence;
  }

 private:
  struct Item : ChangeLink {
    Atomic<std::int64_t> total{0};
  };

  void change(std::size_t item, std::int64_t delta) {
    if (kMistake == Mistake::touches_before_it_changes) changed_.touch(items_[item]);
    items_[item].total.fetch_add(delta);
    if (kMistake != Mistake::touches_before_it_changes) changed_.touch(items_[item]);
  }

  Sections sections_{kThreads};
  std::array<Sections::Thread, kThreads> threads_{Sections::Thread(sections_), Sections::Thread(sections_)};
  ChangeQueue<Item> changed_;
  Atomic<std::uint64_t> ticket_{1};
  std::array<Item, 2> items_;
};

// What a scenario's threads did. Every add has a bit of its own, so that a total tells which adds it
// contains.
struct Ledger {
  struct Add {
    std::size_t counter;
    std::int64_t bit;
    Sequence ticket;
  };
  std::vector<Add> adds;
  std::vector<Totals> seals{Totals{}};  // by sequence

  template <class System>
  void seal(System& system) {
    Totals totals = seals.back();
    TALLY_CHECK(number(system.seal(totals)) == seals.size());
    seals.push_back(totals);
  }
};

template <class System>
struct Scene {
  System system;
  Ledger ledger;
};

// `before` happens first; then all of `threads` and one seal happen at once; then there is one more seal.
template <class System>
Exploration sealed(std::function<void(Scene<System>&)> before,
                   std::vector<std::function<void(Scene<System>&)>> threads) {
  return explore([&](World& world) {
    auto scene = std::make_shared<Scene<System>>();
    before(*scene);
    for (const auto& thread : threads) world.thread([scene, thread] { thread(*scene); });
    world.thread([scene] { scene->ledger.seal(scene->system); });
    world.finally([scene, &world] {
      Ledger& ledger = scene->ledger;
      ledger.seal(scene->system);
      for (const Ledger::Add& add : ledger.adds) {
        for (std::uint64_t s = number(add.ticket); s < ledger.seals.size(); ++s) {
          world.require((ledger.seals[s][add.counter] & add.bit) != 0,
                        "an add is not in the seal of its ticket");
        }
      }
    });
  });
}

template <class System>
auto adds(std::size_t thread, std::int64_t bit) {
  return [=](Scene<System>& scene) {
    const Sequence ticket = scene.system.add(thread, 0, bit);
    scene.ledger.adds.push_back({0, bit, ticket});
  };
}

template <class System>
auto adds_in_batch(std::size_t thread, std::int64_t bit) {
  return [=](Scene<System>& scene) {
    const Sequence ticket = scene.system.add_in_batch(thread, 0, bit);
    scene.ledger.adds.push_back({0, bit, ticket});
  };
}

template <class System>
void counted_and_sealed_before(Scene<System>& scene) {
  adds<System>(0, 4)(scene);
  scene.ledger.seal(scene.system);
}

template <class System>
Exploration two_adds_and_a_seal() {
  return sealed<System>(counted_and_sealed_before<System>, {adds<System>(0, 1), adds<System>(1, 2)});
}

template <class System>
Exploration an_add_a_small_batch_and_a_seal() {
  return sealed<System>(counted_and_sealed_before<System>, {adds<System>(0, 1), adds_in_batch<System>(1, 2)});
}

// The counter's flag is set when the add and the seal begin.
template <class System>
Exploration an_add_to_a_touched_counter_and_a_seal() {
  return sealed<System>(adds<System>(0, 1), {adds<System>(1, 2)});
}

// `meanwhile` happens at the same time as a batch to both counters and a seal.
template <class System>
Exploration a_batch_and_a_seal(std::function<void(Scene<System>&)> before,
                               std::function<void(Scene<System>&)> meanwhile = nullptr) {
  return explore([&](World& world) {
    auto scene = std::make_shared<Scene<System>>();
    before(*scene);
    if (meanwhile) world.thread([scene, meanwhile] { meanwhile(*scene); });
    world.thread([scene] { scene->system.add_to_both(0, 2); });
    world.thread([scene] { scene->ledger.seal(scene->system); });
    world.finally([scene, &world] {
      scene->ledger.seal(scene->system);
      for (const Totals& totals : scene->ledger.seals) {
        world.require((totals[0] & 2) == (totals[1] & 2), "a batch is split by a seal");
      }
    });
  });
}

// One of the batch's counters is queued already.
template <class System>
Exploration a_batch_to_a_touched_counter_and_a_seal() {
  return a_batch_and_a_seal<System>(adds<System>(0, 1));
}

// One of the batch's counters has its flag set by somebody who queues it late.
template <class System>
Exploration an_add_a_batch_and_a_seal() {
  return a_batch_and_a_seal<System>([](auto&) {}, adds<System>(1, 1));
}

template <class System>
void expect_the_rule() {
  for (const Exploration& found :
       {two_adds_and_a_seal<System>(), an_add_a_small_batch_and_a_seal<System>(),
        an_add_to_a_touched_counter_and_a_seal<System>(), a_batch_to_a_touched_counter_and_a_seal<System>(),
        an_add_a_batch_and_a_seal<System>()}) {
    EXPECT_EQ(found.violation, "") << found.schedule;
  }
}

TEST(Seal, ContainsWhatItsTicketsSayInEveryInterleaving) { expect_the_rule<Real>(); }

TEST(Seal, ContainsWhatItsTicketsSayWithoutAMistake) { expect_the_rule<Planted<Mistake::none>>(); }

constexpr const char* kMissing = "an add is not in the seal of its ticket";
constexpr const char* kSplit = "a batch is split by a seal";

// T1 sets the flag; T2 adds, sees the flag set, takes its ticket; the seal drains the queue; T1 only now
// queues the counter.
TEST(Seal, MissesAnAddWithoutAGracePeriod) {
  EXPECT_EQ(two_adds_and_a_seal<Planted<Mistake::no_grace_period>>().violation, kMissing);
}

TEST(Seal, MissesAnAddWhenTheGracePeriodIsBeforeTheTicketMoves) {
  EXPECT_EQ(two_adds_and_a_seal<Planted<Mistake::grace_period_before_the_ticket_moves>>().violation,
            kMissing);
}

TEST(Seal, MissesAnAddWhenItReadsBeforeItClears) {
  using System = Planted<Mistake::reads_before_it_clears>;
  EXPECT_EQ(an_add_to_a_touched_counter_and_a_seal<System>().violation, kMissing);
}

TEST(Seal, MissesAnAddThatTookItsTicketBeforeItsSection) {
  using System = Planted<Mistake::takes_the_ticket_before_its_section>;
  EXPECT_EQ(two_adds_and_a_seal<System>().violation, kMissing);
}

TEST(Seal, MissesAnAddThatTouchedBeforeItChanged) {
  using System = Planted<Mistake::touches_before_it_changes>;
  EXPECT_EQ(an_add_to_a_touched_counter_and_a_seal<System>().violation, kMissing);
}

TEST(Seal, SplitsABatchThatIsNotShutOut) {
  using System = Planted<Mistake::batches_not_shut_out>;
  EXPECT_EQ(a_batch_to_a_touched_counter_and_a_seal<System>().violation, kSplit);
}

// T1 sets a counter's flag; a batch changes it, sees the flag set, and queues its other counter; the seal
// takes the queue; T1 only now queues the counter. That it did not shut out the batch before its grace period
// makes that possible.
TEST(Seal, SplitsABatchThatIsShutOutAfterTheGracePeriod) {
  using System = Planted<Mistake::batches_shut_out_after_the_grace_period>;
  EXPECT_EQ(an_add_a_batch_and_a_seal<System>().violation, kSplit);
}

}  // namespace
}  // namespace tally
