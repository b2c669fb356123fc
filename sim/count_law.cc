#include "sim/count_law.h"

#include <set>

namespace tally::sim {

namespace {

using Told = Ledger::Attempt::Told;

void check_counter(const std::string& counter, const std::vector<Ledger::Attempt>& attempts,
                   const std::set<StreamId>& open, Server& server, Verdict& verdict) {
  Int128 expected = 0;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const Ledger::Attempt& attempt = attempts[i];
    if (attempt.told == Told::refused && attempt.counted) {
      return verdict.broke("Refused and counted: add {} to {}.", i, counter);
    }
    if (attempt.told == Told::acknowledged && !attempt.counted) {
      return verdict.broke("Acknowledged and not counted: add {} to {}.", i, counter);
    }
    if (!attempt.counted) continue;
    const Counted& counted = attempt.counted->counted;
    if (counted.ticket <= server.replica()->holdings().mark(counted.stream)) {
      expected += attempt.delta;
    } else if (open.contains(counted.stream)) {
      return verdict.broke("Lost without a loss: add {} to {} (stream {:.8}, sequence {}); its server runs.",
                           i, counter, counted.stream.text(), number(counted.ticket));
    }
  }
  if (const Int128 value = server.value(counter); value != expected) {
    verdict.broke("A wrong value: {} shows {} for {} and should show {}{}.", server.setup().url,
                  to_decimal(value), counter, to_decimal(expected),
                  has_digits(counter) ? ": " + compare_digits(value, expected) : "");
  }
}

}  // namespace

void check_counts(const Ledger& ledger, const std::vector<Server*>& running, Verdict& verdict) {
  std::set<StreamId> open;
  for (const Server* server : running) open.insert(server->replica()->members().self().run);
  for (const auto& [counter, attempts] : ledger.attempts())
    check_counter(counter, attempts, open, *running.front(), verdict);
}

}  // namespace tally::sim
