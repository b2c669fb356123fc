// All connections to the server under load.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/epoll.h>

#include "base/duration.h"
#include "bench/load/connection.h"

namespace tally::load {

// For how long after the load's end its last replies may come.
inline constexpr Duration kLastReplies = std::chrono::seconds(10);

// One thread.
class Connections {
 public:
  static Result<Connections> open(const std::string& server, std::size_t count);

  std::size_t size() const { return all_.size(); }
  Connection& operator[](std::size_t index) { return all_[index]; }

  // Waits up to `timeout_ms` until a socket is ready, sends and receives what each ready one can, and calls
  // on_replies(index, replies), which returns a Result<void>, wherever there were any. The first error ends
  // it.
  template <class OnReplies>
  Result<void> poll(const Protocol& protocol, int timeout_ms, OnReplies&& on_replies) {
    const std::size_t ready = wait(timeout_ms);
    for (std::size_t i = 0; i < ready; ++i) {
      const std::size_t index = events_[i].data.u64;
      if (const Result<void> flushed = all_[index].flush(); !flushed) return flushed;
      const Result<std::size_t> replies = all_[index].receive(protocol);
      if (!replies) return replies.error();
      if (*replies == 0) continue;
      if (const Result<void> done = on_replies(index, *replies); !done) return done;
    }
    return {};
  }

  // What to say when kLastReplies have passed.
  Error unanswered() const;

 private:
  Connections() = default;

  std::size_t wait(int timeout_ms);  // how many of events_ it has filled

  FileDescriptor epoll_;
  std::vector<Connection> all_;
  std::array<epoll_event, 256> events_{};
};

}  // namespace tally::load
