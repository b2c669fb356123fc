// The simulator catches what it is there for: each wrong variant of the protocol breaks a law within a few
// dozen seeds, of which the right one breaks none.
#include "sim/sabotage.h"

#include <gtest/gtest.h>

#include "sim/simulate.h"

namespace tally::sim {
namespace {

constexpr std::uint64_t kSeeds = 60;

// The name of the first law that any seed broke, which its words begin with; empty if all held.
std::string first_broken_law(Plant plant) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Sabotage sabotage(plant);
    const Report report = simulate(seed, &sabotage, nullptr);
    if (!report.broken.empty()) return report.broken.substr(0, report.broken.find_first_of(":,"));
  }
  return {};
}

TEST(Sabotage, ARestartThatGoesOnWithItsOldRunIsCaught) {
  EXPECT_EQ(first_broken_law(Plant::a_restart_goes_on_with_its_old_run), "A stream forked");
}

TEST(Sabotage, AMarkThatIsTakenBeforeItsEntriesIsCaught) {
  EXPECT_EQ(first_broken_law(Plant::a_mark_is_taken_before_its_entries), "A mark ran ahead");
}

TEST(Sabotage, PartsThatAreNotStagedAreCaught) {
  EXPECT_EQ(first_broken_law(Plant::parts_are_not_staged), "A mark ran ahead");
}

TEST(Sabotage, SharesThatAreSummedAreCaught) {
  EXPECT_EQ(first_broken_law(Plant::a_share_that_came_twice_is_summed), "A sum is wrong");
}

TEST(Sabotage, ServersThatPassNothingOnAreCaught) {
  EXPECT_EQ(first_broken_law(Plant::nothing_is_passed_on), "No convergence");
}

TEST(Sabotage, GapsThatAreIgnoredAreCaught) {
  EXPECT_EQ(first_broken_law(Plant::a_gap_is_ignored), "A mark ran ahead");
}

TEST(Sabotage, BelievingAnEmptyListOfMembersIsCaught) {
  EXPECT_EQ(first_broken_law(Plant::an_empty_list_of_members_is_believed),
            "The directory forgot its servers");
}

TEST(Sabotage, ARecoveryThatSkipsOnesOwnOldStreamsIsCaught) {
  EXPECT_EQ(first_broken_law(Plant::recovery_skips_ones_own_old_streams), "Ready too early");
}

}  // namespace
}  // namespace tally::sim
