// What stories are told with. The laws of the simulator are checked all along; a story that broke one fails.
#pragma once

#include <algorithm>
#include <optional>
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

  // An add by a client that waits: who held it when it was told so. Errors as the server's.
  Result<Counted> add_and_wait(const std::string& server, const std::string& counter, std::int64_t delta,
                               const Ack& ack) {
    std::optional<Answer> told;
    const auto listen = [&told](const Answer& answer) { told = answer; };
    world.server(server).ask(Add{counter, delta, ack}, listen);
    for (int passed = 0; passed < 4 && !told; ++passed) world.pass(1);
    if (!told) return Error{Errc::unknown_outcome, "Nobody answered."};
    if (!*told) return told->error();
    return std::get<Counted>(**told);
  }

  bool warned(const std::string& words) const {
    return std::any_of(world.warnings().begin(), world.warnings().end(),
                       [&words](const auto& warning) { return warning.find(words) != std::string::npos; });
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
