// What the client commands are told when they start.
#pragma once

#include <optional>
#include <string>

#include "client/failover_client.h"
#include "client/output.h"
#include "client/top_view.h"
#include "client/words.h"

namespace tally {

// `tally add`, `get`, `servers`, `ls` and `watch`: what the shell knows, too.
struct AskOptions {
  ClientOptions client;
  ClientCommand command;
  OutputFormat output = OutputFormat::text;
};

struct CountOptions {
  ClientOptions client;
  std::string prefix;  // put before every line
  std::string file;    // empty: standard input
  OutputFormat output = OutputFormat::text;
};

struct TopOptions {
  ClientOptions client;
  std::string prefix{};
  TopOrder order = TopOrder::value;
  std::optional<Duration> every{};  // nothing: each second, and where there is no terminal once
};

struct DoctorOptions {
  ClientOptions client;
  OutputFormat output = OutputFormat::text;
};

struct ShellOptions {
  ClientOptions client;
};

// "user@host", so that one person's commands go to one server.
std::string default_client_id();

}  // namespace tally
