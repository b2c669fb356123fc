#include <algorithm>
#include <cstdint>
#include <string>

#include "bench/load/connections.h"
#include "bench/load/load.h"
#include "bench/load/request_tape.h"
#include "bench/load/schedule.h"
#include "net/boot_clock.h"

namespace tally::load {
namespace {

// So far behind its schedule a generator does not catch up, unless it may be as late.
constexpr Duration kHopeless = std::chrono::seconds(1);

Error fell_behind(std::uint64_t per_second, Duration lateness) {
  return {Errc::too_slow, "this generator cannot send " + std::to_string(per_second) +
                              " requests/s here: it was late by " + to_text(lateness) +
                              ". Give it a processor of its own, or ask for less"};
}

std::uint64_t requests_in(Duration duration, std::uint64_t per_second) {
  return Schedule(Instant{}, per_second).due(Instant{} + duration - Duration(1));
}

}  // namespace

Result<Latency> load_at_rate(const Load& load, std::uint64_t per_second, Duration late) {
  RequestTape tape(*load.protocol, load.server, load.names, 1);
  Result<Connections> opened = Connections::open(load.server, load.connections);
  if (!opened) return opened.error();
  Connections& connections = *opened;

  const std::uint64_t first_measured = requests_in(load.warm_up, per_second);
  const std::uint64_t all = requests_in(load.warm_up + load.measured, per_second);
  const Schedule schedule(net::BootClock::now(), per_second);
  Latency result;
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;

  // Request i goes to connection i % size, whose replies come in order: whose reply this is need not be
  // written down.
  const auto on_replies = [&](std::size_t index, std::size_t replies) -> Result<void> {
    const Instant now = net::BootClock::now();
    answered += replies;
    for (std::uint64_t nth = connections[index].answered() - replies; nth < connections[index].answered();
         ++nth) {
      const std::uint64_t request = index + nth * connections.size();
      if (request >= first_measured) result.latency.record(now - schedule.intended(request));
    }
    return {};
  };
  while (answered < all) {
    // No more at once than one for each connection, so that replies are not kept waiting for sending.
    const std::uint64_t due = std::min({schedule.due(net::BootClock::now()), all, sent + connections.size()});
    for (; sent < due; ++sent) {
      const Duration lateness = net::BootClock::now() - schedule.intended(sent);
      if (lateness > std::max(kHopeless, late)) return fell_behind(per_second, lateness);
      if (sent >= first_measured) result.lateness.record(lateness);
      const Result<void> done = connections[sent % connections.size()].send(tape.take(1), 1);
      if (!done) return done.error();
    }
    if (const Result<void> done = connections.poll(*load.protocol, 0, on_replies); !done) return done.error();
    if (net::BootClock::now() > schedule.intended(all) + kLastReplies) return connections.unanswered();
  }
  result.took = net::BootClock::now() - schedule.intended(first_measured);
  result.all_requests = answered;
  if (const Duration lateness = result.lateness.quantile(990); lateness > late) {
    return fell_behind(per_second, lateness);
  }
  return result;
}

}  // namespace tally::load
