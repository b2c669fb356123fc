// `tally up`: a whole Tally on one machine, to try it.
#pragma once

#include <cstdint>
#include <string>

#include "base/duration.h"

namespace tally {

inline constexpr unsigned kMostServersUp = 26;  // a to z

struct UpOptions {
  unsigned servers = 2;
  Duration share_interval = std::chrono::seconds(1);
  std::uint16_t port = 7070;       // the balancer's; the servers have the ones after it
  std::uint16_t resp_port = 6371;  // the first server's, for the Redis protocol; likewise
  std::string data{};              // the servers' folders are in this one; empty: they count in memory
  std::string config_file{};       // for all of them; empty: none
};

// Starts a balancer and counting servers as processes of their own (`program` with the subcommands of those
// names), so that each can be killed alone and shown to recover; passes on what they write, a line at a time;
// says on stdout where they listen once all are ready. A child that ends is reported, not restarted: the
// report has the command that does.
//
// Returns the exit status: 0 once SIGTERM or SIGINT was passed on and all have stopped, 1 when they did not
// all start or did not all stop cleanly; nothing is left running then either, and nothing outlives this
// process.
int run_up(const UpOptions& options, const std::string& program);

}  // namespace tally
