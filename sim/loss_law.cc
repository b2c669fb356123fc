#include "sim/loss_law.h"

#include <algorithm>

namespace tally::sim {

void LossLaw::lost_something(const Written& written, const std::vector<Server*>& holders) {
  std::map<StreamId, Sequence> held;
  std::set<StreamId> open;
  for (const Server* server : holders) {
    const auto holds = [&held](StreamId stream, Sequence mark) {
      held[stream] = std::max(held[stream], mark);
    };
    for (const auto& [stream, ignored] : written) holds(stream, server->disk().mark(stream));
    if (!server->up()) continue;
    open.insert(server->replica()->members().self().run);
    for (const auto& [stream, mine] : server->replica()->holdings().all()) holds(stream, mine.stream.mark());
  }
  for (const auto& [stream, ignored] : written) {
    if (open.contains(stream)) continue;
    const auto [kept, fresh] = kept_.try_emplace(stream, held[stream]);
    kept->second = std::min(kept->second, held[stream]);
  }
}

void LossLaw::disk_lost(const MemoryStore& disk) {
  const auto loaded = disk.load([this](const ShareHeader& header, const std::vector<NamedEntry>&) {
    without_disk_.insert(header.stream);
  });
  TALLY_CHECK(loaded.has_value());
}

void LossLaw::settle(const Written& written, const Ledger& ledger, const std::vector<Server*>& running,
                     Verdict& verdict) const {
  Server& server = *running.front();
  const Holdings& holdings = server.replica()->holdings();
  std::set<StreamId> open;
  for (const Server* one : running) open.insert(one->replica()->members().self().run);
  for (const auto& [stream, kept] : kept_) {
    if (holdings.mark(stream) < kept) {
      return verdict.broke(
          "More was lost than the bound: somebody held stream {:.8} of '{}' up to {} when its holders were "
          "last "
          "lost, and now all hold it up to {}.",
          stream.text(), written.at(stream).server.text(), number(kept), number(holdings.mark(stream)));
    }
  }
  for (const auto& [counter, attempts] : ledger.attempts())
    settle_counter(counter, attempts, open, server, verdict);
}

void LossLaw::settle_counter(const std::string& counter, const std::vector<Ledger::Attempt>& attempts,
                             const std::set<StreamId>& open, Server& server, Verdict& verdict) const {
  using Told = Ledger::Attempt::Told;
  const Holdings& holdings = server.replica()->holdings();
  Int128 expected = 0;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    const Ledger::Attempt& attempt = attempts[i];
    if (attempt.told == Told::refused && attempt.counted) {
      return verdict.broke("Add {} to {} was refused and counted all the same.", i, counter);
    }
    if (attempt.told == Told::acknowledged && !attempt.counted) {
      return verdict.broke("Add {} to {} was acknowledged, and nobody counted it.", i, counter);
    }
    if (!attempt.counted) continue;
    const auto& [stream, ticket] = *attempt.counted;
    if (ticket <= holdings.mark(stream)) {
      expected += Int128{1} << (2 * i);
      continue;
    }
    const std::string what =
        fmt::format("add {} to {} (stream {:.8}, sequence {}, held up to {})", i, counter, stream.text(),
                    number(ticket), number(holdings.mark(stream)));
    if (open.contains(stream)) {
      return verdict.broke("Lost without a loss: {}; its server still runs.", what);
    }
    if (attempt.told == Told::acknowledged && attempt.disk && !without_disk_.contains(stream)) {
      return verdict.broke("Lost from a disk: {} was acknowledged when it was durable.", what);
    }
  }
  if (const Int128 value = server.value(counter); value != expected) {
    verdict.broke("A wrong value: {} shows {} for {} and should show {}: {}.", server.setup().url,
                  to_decimal(value), counter, to_decimal(expected), compare_digits(value, expected));
  }
}

}  // namespace tally::sim
