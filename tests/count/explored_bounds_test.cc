// Totals at the edge of 64 bits, in every interleaving of two requests. First for the real Counting, then for
// its fast and slow path with one mistake each.

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "count/counting.h"
#include "tests/count/interleave.h"

namespace tally {
namespace {

using interleave::Exploration;
using interleave::explore;
using interleave::World;

constexpr std::size_t kThreads = 2;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// What an add says is the counter's value now; nothing where it was refused.
using Reply = std::optional<Int128>;

class Real {
 public:
  Reply add(std::size_t thread, std::int64_t delta) {
    const auto added = threads_[thread].add(a_, delta);
    return added ? Reply(added->value) : std::nullopt;
  }
  Reply add_to_both(std::size_t thread, std::int64_t delta) {
    std::array<std::int64_t, 2> values{};
    const auto added = threads_[thread].add(std::array{Change{&a_, delta}, Change{&b_, delta}}, values);
    return added ? Reply(values[0]) : std::nullopt;
  }
  void hear_of_others(Int128 value) { counting_.update(a_, peer_, value); }

  std::int64_t total_of_a() const { return a_.total(); }
  std::int64_t total_of_b() const { return b_.total(); }

 private:
  Counting counting_{kThreads, 1};
  std::array<CountingThread, kThreads> threads_{CountingThread(counting_), CountingThread(counting_)};
  Counter& a_ = *threads_[0].find_or_insert("a");
  Counter& b_ = *threads_[0].find_or_insert("b");
  const ServerIndex peer_ = counting_.servers().index(ServerId::parse("peer").value());
};

enum class Mistake {
  none,
  slow_path_not_alone,
  slow_path_checks_and_adds_apart,
  room_looked_for_outside_of_the_section,
  others_read_after_the_add,
};

// CountingThread's two paths, over the real Sections and Counter.
template <Mistake kMistake>
class Planted {
 public:
  Reply add(std::size_t thread, std::int64_t delta) {
    if (const Reply reply = add_fast(thread, delta)) return reply;
    return add_slowly(thread, delta, 0);
  }
  Reply add_to_both(std::size_t thread, std::int64_t delta) {
    if (const Reply reply = add_to_both_fast(thread, delta)) return reply;
    return add_slowly(thread, delta, delta);
  }
  void hear_of_others(Int128 value) { a_.update(peer_, value, servers_, limbo_); }

  std::int64_t total_of_a() const { return a_.total(); }
  std::int64_t total_of_b() const { return b_.total(); }

 private:
  Reply add_fast(std::size_t thread, std::int64_t delta) {
    const Section section(threads_[thread], SectionKind::single);
    Int128 others = a_.others();
    if (!within(delta, kSmallDelta) || !within(others, kSmallOthers)) return std::nullopt;
    const std::optional<std::int64_t> total = a_.add(delta, thread);
    if (!total) return std::nullopt;
    if (kMistake == Mistake::others_read_after_the_add) others = a_.others();
    return *total + others;
  }

  Reply add_to_both_fast(std::size_t thread, std::int64_t delta) {
    std::optional<Section> section(std::in_place, threads_[thread], SectionKind::batch);
    const Int128 others = a_.others();
    if (!within(delta, kSmallDelta) || !within(others, kSmallOthers)) return std::nullopt;
    if (!a_.has_room() || !b_.has_room()) return std::nullopt;
    if (kMistake == Mistake::room_looked_for_outside_of_the_section) {
      section.reset();
      section.emplace(threads_[thread], SectionKind::batch);
    }
    b_.add_to_room(delta);
    return a_.add_to_room(delta) + others;
  }

  Reply add_slowly(std::size_t thread, std::int64_t to_a, std::int64_t to_b) {
    std::optional<Sections::Alone> alone;
    std::optional<Section> section;
    if (kMistake == Mistake::slow_path_not_alone) {
      section.emplace(threads_[thread], SectionKind::batch);
    } else {
      alone.emplace(threads_[thread]);
    }
    const Int128 others = a_.others();
    const Int128 total = Int128{a_.total()} + to_a;
    if (!fits_int64(total) || !fits_int64(total + others)) return std::nullopt;
    if (kMistake == Mistake::slow_path_checks_and_adds_apart) {
      alone.reset();
      alone.emplace(threads_[thread]);
    }
    a_.set_total(static_cast<std::int64_t>(Int128{a_.total()} + to_a));
    b_.set_total(b_.total() + to_b);
    return a_.total() + others;
  }

  Sections sections_{kThreads};
  std::array<Sections::Thread, kThreads> threads_{Sections::Thread(sections_), Sections::Thread(sections_)};
  Limbo limbo_;
  ServerRegistry servers_;
  CounterTable table_{NameHash(1), limbo_};
  Counter& a_ = *table_.find_or_insert("a");
  Counter& b_ = *table_.find_or_insert("b");
  const ServerIndex peer_ = servers_.index(ServerId::parse("peer").value());
};

// A system, and what it accepted.
template <class System>
struct Scene {
  void add(std::size_t thread, std::int64_t delta) { note(system.add(thread, delta), delta, 0); }
  void add_to_both(std::size_t thread, std::int64_t delta) {
    note(system.add_to_both(thread, delta), delta, delta);
  }
  void note(const Reply& reply, std::int64_t to_a, std::int64_t to_b) {
    if (!reply) return;
    replies_fit = replies_fit && 0 <= *reply && *reply <= kMost;  // below 0: it has wrapped
    a += to_a;
    b += to_b;
  }

  System system;
  bool replies_fit = true;
  Int128 a = 0;
  Int128 b = 0;
};

template <class System>
using Happening = std::function<void(Scene<System>&)>;

constexpr const char* kTotal = "a total is not what was accepted";
constexpr const char* kReply = "a reply's value does not fit into 64 bits";

// Both at once, on a counter that begins with these totals.
template <class System>
Exploration at_once(std::int64_t own, std::int64_t others, Happening<System> one, Happening<System> other) {
  return explore([&](World& world) {
    auto scene = std::make_shared<Scene<System>>();
    TALLY_CHECK(scene->system.add(0, own).has_value());
    scene->system.hear_of_others(others);
    for (const auto& happening : {one, other}) world.thread([scene, happening] { happening(*scene); });
    world.finally([scene, own, &world] {
      world.require(scene->system.total_of_a() == own + scene->a, kTotal);
      world.require(scene->system.total_of_b() == scene->b, kTotal);
      world.require(scene->replies_fit, kReply);
      world.require(scene->a != 0, "what had room was refused");
    });
  });
}

// Both take the slow path.
template <class System>
Exploration two_adds_that_do_not_fit_together() {
  return at_once<System>(
      kMost - 10, 0, [](auto& scene) { scene.add(0, 7); }, [](auto& scene) { scene.add(1, 8); });
}

template <class System>
Exploration a_fast_add_and_a_large_one() {
  return at_once<System>(
      kSmallCell, 0, [](auto& scene) { scene.add(0, 5); },
      [](auto& scene) { scene.add(1, kMost - kSmallCell); });
}

template <class System>
Exploration a_fast_batch_and_a_large_add() {
  return at_once<System>(
      kSmallCell, kSmallOthers, [](auto& scene) { scene.add_to_both(0, 5); },
      [](auto& scene) { scene.add(1, kMost - kSmallCell - kSmallOthers); });
}

template <class System>
Exploration a_batch_and_an_add_that_do_not_fit_together() {
  return at_once<System>(
      kMost - 10, 0, [](auto& scene) { scene.add_to_both(0, 7); }, [](auto& scene) { scene.add(1, 8); });
}

// What the others counted is news that nobody can refuse. The adds before it are accepted.
template <class System>
Exploration two_adds_while_the_others_grow() {
  return at_once<System>(
      kSmallCell - 5, 0,
      [](auto& scene) {
        scene.add(0, 1);
        scene.system.hear_of_others(kMost);
      },
      [](auto& scene) { scene.add(1, 5); });
}

template <class System>
void expect_the_bounds() {
  for (const Exploration& found :
       {two_adds_that_do_not_fit_together<System>(), a_fast_add_and_a_large_one<System>(),
        a_fast_batch_and_a_large_add<System>(), a_batch_and_an_add_that_do_not_fit_together<System>(),
        two_adds_while_the_others_grow<System>()}) {
    EXPECT_EQ(found.violation, "") << found.schedule;
  }
}

TEST(Bounds, HoldInEveryInterleaving) { expect_the_bounds<Real>(); }

TEST(Bounds, HoldWithoutAMistake) { expect_the_bounds<Planted<Mistake::none>>(); }

// It sums, somebody adds, it stores its sum over that.
TEST(Bounds, FailWhenTheSlowPathIsNotAlone) {
  EXPECT_EQ(a_fast_add_and_a_large_one<Planted<Mistake::slow_path_not_alone>>().violation, kTotal);
}

TEST(Bounds, FailWhenTwoBothCheckAndThenBothAdd) {
  using System = Planted<Mistake::slow_path_checks_and_adds_apart>;
  EXPECT_EQ(two_adds_that_do_not_fit_together<System>().violation, kTotal);
}

// What is enormous has come between.
TEST(Bounds, FailWhenABatchLooksForRoomOutsideOfItsSection) {
  using System = Planted<Mistake::room_looked_for_outside_of_the_section>;
  EXPECT_EQ(a_fast_batch_and_a_large_add<System>().violation, kReply);
}

TEST(Bounds, FailWhenTheOthersAreReadAfterTheAdd) {
  EXPECT_EQ(two_adds_while_the_others_grow<Planted<Mistake::others_read_after_the_add>>().violation, kReply);
}

// One add, while another thread adds `races` times.
Exploration spreading(int races, bool may_spread) {
  struct Shared {
    void add(std::size_t thread, std::int64_t delta) {
      const auto spread_out = [this]() -> SpreadCells& {
        cells.store(&spread);
        return spread;
      };
      TALLY_CHECK(counter.add(delta, thread, cells.load(), spread_out).has_value());
    }
    LocalCounter counter;
    SpreadCells spread;
    Atomic<SpreadCells*> cells{nullptr};
  };
  return explore([=](World& world) {
    auto shared = std::make_shared<Shared>();
    world.thread([shared] { shared->add(0, 100); });
    world.thread([shared, races] {
      for (int i = 0; i < races; ++i) shared->add(1, 1);
    });
    world.finally([shared, races, may_spread, &world] {
      world.require(shared->counter.total(shared->cells.load()) == 100 + races, "an add was lost");
      world.require(may_spread || shared->cells.load() == nullptr, "it spread");
    });
  });
}

TEST(LocalCounter, LosesNothingWhenItSpreads) { EXPECT_EQ(spreading(kLostRaces + 2, true).violation, ""); }

TEST(LocalCounter, SpreadsOnlyWhereAnAddLosesRaceAfterRace) {
  EXPECT_EQ(spreading(kLostRaces - 1, false).violation, "");
  EXPECT_EQ(spreading(kLostRaces, false).violation, "it spread");
}

// Spread cells are taken back into the one cell by somebody who is alone, while somebody else reads the
// total.
template <class ReadIn>
Exploration fold_and_read() {
  struct Shared {
    Shared() { TALLY_CHECK(spread.add(5, 0)); }
    Sections sections{1};
    Sections::Thread thread{sections};
    LocalCounter counter;
    SpreadCells spread;
  };
  return explore([](World& world) {
    auto shared = std::make_shared<Shared>();
    world.thread([shared] {
      const Sections::Alone alone(shared->thread);
      shared->counter.set(shared->counter.total(&shared->spread), &shared->spread);
    });
    world.thread([shared, &world] {
      [[maybe_unused]] const ReadIn in(shared->sections);
      world.require(shared->counter.total(&shared->spread) == 5, "half a fold");
    });
  });
}

struct Anywhere {
  explicit Anywhere(Sections&) {}
};

TEST(LocalCounter, IsNeverReadInTheMiddleOfAFold) {
  EXPECT_EQ(fold_and_read<Sections::Shut>().violation, "");
  EXPECT_EQ(fold_and_read<Anywhere>().violation, "half a fold");
}

}  // namespace
}  // namespace tally
