// The simulator catches what it is there for: each planted bug breaks its law within some seeds, of which the
// right program breaks none.
#include <gtest/gtest.h>

#include "sim/plants.h"
#include "sim/simulate.h"

namespace tally::sim {
namespace {

class Sabotaged : public testing::TestWithParam<Plant> {};

TEST_P(Sabotaged, IsCaught) {
  const Plant& bug = GetParam();
  for (std::uint64_t seed = 1; seed <= bug.within_seeds; ++seed) {
    const auto sabotage = bug.plant();
    const Report report = simulate(seed, sabotage.get(), nullptr);
    if (report.broken.empty()) continue;
    std::cout << "caught at seed " << seed << ": " << report.broken << '\n';
    RecordProperty("seeds", static_cast<int>(seed));
    EXPECT_EQ(report.broken.substr(0, report.broken.find_first_of(":,")), bug.law);
    return;
  }
  FAIL() << "All laws held in " << bug.within_seeds << " seeds.";
}

INSTANTIATE_TEST_SUITE_P(Plants, Sabotaged, testing::ValuesIn(plants().begin(), plants().end()),
                         [](const auto& plant) { return plant.param.name; });

}  // namespace
}  // namespace tally::sim
