// What stories are told with. The laws of the simulator are checked all along; a story that broke one fails.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "sim/world.h"

namespace tally::sim {

class Story : public testing::Test {
 protected:
  using Disk = World::Disk;

  explicit Story(const World::Options& options = {}) : world(options) {}

  void TearDown() override {
    world.settle();
    EXPECT_TRUE(world.verdict().ok()) << world.verdict().broken();
  }

  // An add by a client that is connected to this server; it must be taken.
  void add(const std::string& server, const std::string& counter, std::int64_t delta) {
    const auto counted = world.server(server).add({counter, delta});
    EXPECT_TRUE(counted) << counted.error().detail;
  }

  void wait_until_ready(const std::string& server) {
    for (int passed = 0; passed < 10 && !world.server(server).ready(); ++passed) world.pass(1);
    EXPECT_TRUE(world.server(server).ready());
  }

  std::int64_t value(const std::string& server, const std::string& counter) {
    return static_cast<std::int64_t>(world.server(server).value(counter));
  }

  // Nothing passes between the two, in neither direction.
  void part(const std::string& one, const std::string& other) {
    world.cut(one, other);
    world.cut(other, one);
  }

  World world;
};

}  // namespace tally::sim
