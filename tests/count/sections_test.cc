#include "count/sections.h"

#include <gtest/gtest.h>

#include "count/limbo.h"

namespace tally {
namespace {

TEST(Sections, ThreadsHaveDifferentNumbersAndGiveThemBack) {
  Sections sections(2);
  Sections::Thread one(sections);
  {
    Sections::Thread two(sections);
    EXPECT_NE(one.number(), two.number());
  }
  Sections::Thread three(sections);
  EXPECT_NE(one.number(), three.number());
}

TEST(Sections, NobodyIsWaitedForWhereNobodyIsInside) {
  Sections sections(3);
  Sections::Thread thread(sections);
  { const Section section(thread, SectionKind::batch); }
  sections.wait_for_grace_period();
  { const Sections::Shut shut(sections); }
  { const Sections::Alone alone(thread); }
  { const Section section(thread, SectionKind::batch); }
}

TEST(SectionsDeathTest, OneThreadTooManyIsABug) {
  Sections sections(1);
  const Sections::Thread thread(sections);
  EXPECT_DEATH(Sections::Thread{sections}, "max_threads");
}

TEST(SectionsDeathTest, SectionsDoNotNest) {
  Sections sections(1);
  Sections::Thread thread(sections);
  EXPECT_DEATH(
      {
        const Section outer(thread, SectionKind::single);
        const Section inner(thread, SectionKind::single);
      },
      "kInside");
}

void count_death(void* deaths) { ++*static_cast<int*>(deaths); }

TEST(Limbo, DestroysWhatWasTakenWhenThatDies) {
  Limbo limbo;
  int first = 0;
  int second = 0;
  limbo.retire(&first, &count_death, 10);
  {
    const Limbo::Doomed doomed = limbo.take();
    limbo.retire(&second, &count_death, 7);
    EXPECT_EQ(limbo.bytes(), 7U);
    EXPECT_EQ(first, 0);
  }
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
}

TEST(Limbo, DestroysTheRestInTheEnd) {
  int deaths = 0;
  {
    Limbo limbo;
    limbo.retire(&deaths, &count_death, 1);
  }
  EXPECT_EQ(deaths, 1);
}

}  // namespace
}  // namespace tally
