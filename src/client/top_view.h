// What `tally top` shows. Pure: looks in, lines out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/answers.h"
#include "api/assignment.h"
#include "base/duration.h"
#include "base/error.h"
#include "client/terminal.h"

namespace tally {

enum class TopOrder : std::uint8_t { value, rate, name };

// One look at the cluster. What could not be had is not there.
struct TopLook {
  struct Server {
    ListedServer listed;
    std::optional<double> adds;      // of its run
    std::optional<double> counters;  // that it knows
    std::optional<double> unshared;  // adds that no other server holds
  };

  Instant at{};
  std::vector<Server> servers{};
  std::vector<CounterValue> counters{};  // in the servers' order
  std::optional<Error> failure{};        // the last of this look
};

struct TopStyle {
  TopOrder order = TopOrder::value;
  std::optional<TerminalSize> size{};  // nothing: lines are as long and as many as there is to say
  bool colours = false;
};

// Rates are those between the two looks; a counter that only one of them has seen, or a server that was
// started between them, has none. Lines end with a newline, the last too.
std::string top_table(const TopLook& look, const TopLook* before, const TopStyle& style);

}  // namespace tally
