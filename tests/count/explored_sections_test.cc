#include <array>
#include <memory>

#include <gtest/gtest.h>

#include "count/sections.h"
#include "tests/count/interleave.h"

namespace tally {
namespace {

using interleave::Exploration;
using interleave::explore;
using interleave::World;

// A reader follows an index to an object that a writer replaces, and frees after `wait`.
template <class Wait>
Exploration replace_and_free(Wait wait) {
  struct Shared {
    Sections sections{2};
    Sections::Thread reader{sections};
    Atomic<std::size_t> current{0};
    std::array<Atomic<bool>, 2> freed{};
  };
  return explore([wait](World& world) {
    auto shared = std::make_shared<Shared>();
    world.thread([shared, &world] {
      for (std::uint64_t i = 0; i < 2; ++i) {
        {
          const Section section(shared->reader, SectionKind::single);
          const std::size_t seen = shared->current.load();
          world.require(!shared->freed[seen].load(), "a reader saw freed memory");
        }
        world.forget(i);
      }
    });
    world.thread([shared, wait] {
      shared->current.store(1);
      wait(shared->sections);
      shared->freed[0].store(true);
    });
  });
}

TEST(Sections, AGracePeriodOutlastsEveryReaderOfWhatIsFreed) {
  EXPECT_EQ(replace_and_free([](Sections& sections) { sections.wait_for_grace_period(); }).violation, "");
}

TEST(Sections, WithoutAGracePeriodAReaderSeesFreedMemory) {
  EXPECT_EQ(replace_and_free([](Sections&) {}).violation, "a reader saw freed memory");
}

// One thread in a section of `kind`, twice, while another one shuts with `ShutOut`.
template <class ShutOut>
Exploration shut_against(SectionKind kind) {
  struct Shared {
    Sections sections{2};
    Sections::Thread counting{sections};
    Sections::Thread shutting{sections};
    Atomic<bool> inside{false};
    Atomic<bool> shut{false};
  };
  return explore([kind](World& world) {
    auto shared = std::make_shared<Shared>();
    world.thread([shared, kind, &world] {
      for (std::uint64_t i = 0; i < 2; ++i) {
        {
          const Section section(shared->counting, kind);
          shared->inside.store(true);
          world.require(!shared->shut.load(), "inside while shut");
          shared->inside.store(false);
        }
        world.forget(i);
      }
    });
    world.thread([shared, &world] {
      const ShutOut shut_out(*shared);
      shared->shut.store(true);
      world.require(!shared->inside.load(), "shut while inside");
      shared->shut.store(false);
    });
  });
}

struct ShutToBatches {
  explicit ShutToBatches(auto& shared) : shut(shared.sections) {}
  Sections::Shut shut;
};
struct ShutToAll {
  explicit ShutToAll(auto& shared) : alone(shared.shutting) {}
  Sections::Alone alone;
};

TEST(Sections, NobodyElseIsInsideWhileOneIsAlone) {
  EXPECT_EQ(shut_against<ShutToAll>(SectionKind::single).violation, "");
  EXPECT_EQ(shut_against<ShutToAll>(SectionKind::batch).violation, "");
}

TEST(Sections, BatchesAreOutWhileTheyAreShutOutAndSinglesAreNot) {
  EXPECT_EQ(shut_against<ShutToBatches>(SectionKind::batch).violation, "");
  EXPECT_NE(shut_against<ShutToBatches>(SectionKind::single).violation, "");
}

TEST(Sections, TwoThatWantToBeAloneTakeTurns) {
  struct Shared {
    Sections sections{2};
    std::array<Sections::Thread, 2> threads{Sections::Thread(sections), Sections::Thread(sections)};
    Atomic<int> alone{0};
  };
  const Exploration found = explore([](World& world) {
    auto shared = std::make_shared<Shared>();
    for (Sections::Thread& thread : shared->threads) {
      world.thread([shared, &thread, &world] {
        const Sections::Alone alone(thread);
        world.require(shared->alone.fetch_add(1) == 0, "two are alone");
        shared->alone.fetch_add(-1);
      });
    }
  });
  EXPECT_EQ(found.violation, "");
}

}  // namespace
}  // namespace tally
