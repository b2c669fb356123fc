#include "chaos/verdict.h"

namespace tally::chaos {

namespace {

constexpr std::size_t kExamples = 12;

void violate(std::uint64_t& kind, std::string example, Verdict& verdict) {
  ++kind;
  if (verdict.examples.size() < kExamples) verdict.examples.push_back(std::move(example));
}

void judge_add(const std::string& name, const Attempt& attempt, unsigned times, const History& history,
               Verdict& verdict) {
  if (times > 1) violate(verdict.doubled, name + " is counted " + std::to_string(times) + " times", verdict);
  switch (attempt.told) {
    case Attempt::Told::unknown:
      ++verdict.unknown;
      if (times > 0) ++verdict.unknown_counted;
      return;
    case Attempt::Told::refused:
      ++verdict.refused;
      ++verdict.refusals[attempt.status];
      if (times > 0) violate(verdict.refused_counted, name + " was refused, and is counted", verdict);
      return;
    case Attempt::Told::acknowledged:
      ++verdict.acknowledged;
      if (times > 0) return;
      if (history.may_be_lost(attempt)) {
        ++verdict.lost_excused;
      } else {
        violate(verdict.lost, name + " was acknowledged (" + to_text(attempt.ack) + "), and is lost",
                verdict);
      }
  }
}

}  // namespace

void judge(const std::string& counter, const Attempts& attempts, Int128 value, const History& history,
           Verdict& verdict) {
  Int128 rest = value;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const std::string name =
        "add " + std::to_string(i) + " to " + counter + " at server " + attempts[i].server;
    judge_add(name, attempts[i], rest < 0 ? 0 : static_cast<unsigned>(rest % 4), history, verdict);
    rest /= 4;
  }
  if (rest != 0 || value < 0)
    violate(verdict.invented, counter + " is " + to_decimal(value) + ": nobody added that", verdict);
}

}  // namespace tally::chaos
