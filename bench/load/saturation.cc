#include <cstdint>

#include "bench/load/connections.h"
#include "bench/load/load.h"
#include "bench/load/request_tape.h"
#include "net/boot_clock.h"

namespace tally::load {
namespace {

constexpr int kLookAgainMs = 10;  // at the clock, when nothing comes

// A measurement: how many replies there were between two moments that the clock was looked at, at least as
// far apart as was asked for.
class Window {
 public:
  Window(Instant begin, const Load& load)
      : from_(begin + load.warm_up), measured_(load.measured), until_(from_ + measured_) {}

  void look(Instant now, std::uint64_t answered) {
    if (state_ == State::before && now >= from_) {
      state_ = State::open;
      from_ = now;
      until_ = now + measured_;
      answered_before_ = answered;
    } else if (state_ == State::open && now >= until_) {
      state_ = State::over;
      throughput_.requests = answered - answered_before_;
      throughput_.took = now - from_;
    }
  }

  bool over() const { return state_ == State::over; }
  Instant until() const { return until_; }
  const Throughput& throughput() const { return throughput_; }

 private:
  enum class State : std::uint8_t { before, open, over };

  Instant from_;
  Duration measured_;
  Instant until_;
  State state_ = State::before;
  std::uint64_t answered_before_ = 0;
  Throughput throughput_;
};

}  // namespace

Result<Throughput> saturate(const Load& load, std::size_t in_flight) {
  RequestTape tape(*load.protocol, load.server, load.names, in_flight);
  Result<Connections> opened = Connections::open(load.server, load.connections);
  if (!opened) return opened.error();
  Connections& connections = *opened;

  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  const auto send_burst = [&](std::size_t index) {
    sent += in_flight;
    return connections[index].send(tape.take(in_flight), in_flight);
  };
  Window window(net::BootClock::now(), load);
  for (std::size_t index = 0; index < connections.size(); ++index) {
    if (const Result<void> done = send_burst(index); !done) return done.error();
  }
  while (answered < sent) {
    const auto on_replies = [&](std::size_t index, std::size_t replies) -> Result<void> {
      answered += replies;
      if (window.over() || connections[index].in_flight() > 0) return {};
      return send_burst(index);
    };
    const Result<void> done = connections.poll(*load.protocol, kLookAgainMs, on_replies);
    if (!done) return done.error();
    const Instant now = net::BootClock::now();
    window.look(now, answered);
    if (now > window.until() + kLastReplies) return connections.unanswered();
  }
  Throughput throughput = window.throughput();
  throughput.all_requests = answered;
  return throughput;
}

}  // namespace tally::load
