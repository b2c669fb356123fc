// A server that is out of its mind: it takes no share, and claims to hold every stream that it hears of,
// and more of it than was ever written.
#pragma once

#include <string>

#include "sim/network.h"

namespace tally::sim {

class Liar final : public Network::Endpoint {
 public:
  explicit Liar(Member self) : self_(std::move(self)) {}

  const Member& self() const { return self_; }

  void ask(const Question& question, Reply reply) override;

 private:
  const Member self_;
  std::vector<Mark> claims_;
};

}  // namespace tally::sim
