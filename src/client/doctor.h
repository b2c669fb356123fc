// `tally doctor`: facts in, findings out. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/doctor_facts.h"

namespace tally {

struct Finding {
  enum class Grade : std::uint8_t {
    ok,
    warn,  // it works, and may cost something or soon not work
    fail,  // it does not work as it should
  };

  Grade grade;
  std::string_view check;  // never changes: "balancer", "server", "identity", "hearing", "alarm" ...
  std::string subject;     // the server's id or the balancer's URL; empty: the whole cluster
  std::string detail;      // what was found, a sentence
  std::string advice{};    // what to do; empty if it is ok
};

std::string_view to_string(Finding::Grade grade);

// At least one; those about a server stand together. Says nothing about what could not be asked, other than
// that it could not be.
std::vector<Finding> judge(const ClusterFacts& facts);

}  // namespace tally
