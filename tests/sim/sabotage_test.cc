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
  std::uint64_t first = 0;  // seed that broke any law: the bug may trip over others before its own
  for (std::uint64_t seed = 1; seed <= bug.within_seeds; ++seed) {
    const auto sabotage = bug.plant();
    const std::string broken = simulate(seed, sabotage.get(), nullptr).broken;
    if (broken.empty()) continue;
    if (first == 0) first = seed;
    if (broken.substr(0, broken.find_first_of(":,")) != bug.law) continue;
    std::cout << "caught at seed " << first << ", by its law at seed " << seed << ": " << broken << '\n';
    RecordProperty("seeds", static_cast<int>(first));
    RecordProperty("seeds_by_its_law", static_cast<int>(seed));
    return;
  }
  FAIL() << "In " << bug.within_seeds << " seeds this law held: " << bug.law;
}

INSTANTIATE_TEST_SUITE_P(Plants, Sabotaged, testing::ValuesIn(plants().begin(), plants().end()),
                         [](const auto& plant) { return plant.param.name; });

}  // namespace
}  // namespace tally::sim
