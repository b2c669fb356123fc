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

void judge(const Read& read, const Attempts& attempts, const History& history, Verdict& verdict) {
  if (history.was_ignorant(read.server, read.asked)) return;
  ++verdict.reads;
  Int128 rest = read.value;
  for (std::size_t i = 0; i < attempts.size(); ++i, rest /= 4) {
    const Attempt& attempt = attempts[i];
    if (attempt.told != Attempt::Told::acknowledged || attempt.answered > read.asked - read.staleness)
      continue;
    if (rest % 4 != 0 || history.may_be_lost(attempt)) continue;
    violate(verdict.stale,
            "server " + read.server + " read " + read.counter + " as at most " + to_text(read.staleness) +
                " old, without add " + std::to_string(i) + ", which server " + attempt.server +
                " had acknowledged " + to_text(read.asked - attempt.answered) + " before",
            verdict);
    return;
  }
}

}  // namespace tally::chaos
