// Talking to RespCommands in this process as over a connection: bytes in, bytes out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/resp_parser.h"
#include "server/resp_commands.h"

namespace tally {

// A server and a client of its own, without a socket and a disk.
class RespTalk {
 public:
  explicit RespTalk(std::size_t most_counters = 10'000) : counting(2, 1, most_counters) {}
  explicit RespTalk(std::unique_ptr<Access> with) : counting(2, 1, 10'000), access(std::move(with)) {}

  // What comes back, until it closes.
  std::string say(std::string_view bytes) {
    std::string out;
    take(bytes, out);
    return out;
  }

  // The same, behind what is in `out`.
  void take(std::string_view bytes, std::string& out) {
    while (!bytes.empty() && !closed) {
      parser.look_ahead(bytes, burst);
      const auto ahead = burst.commands();
      if (ahead.empty()) {
        take_one(bytes, out);
        continue;
      }
      const auto known = commands.look_up(ahead);
      for (std::size_t i = 0; i < ahead.size() && !closed; ++i) {
        bytes.remove_prefix(ahead[i].bytes);
        execute(ahead[i].arguments, out, known[i]);
      }
    }
  }

  Counting counting;
  CountingThread thread{counting};
  ServerStatus status{.state = ServerState::ready};
  AddPolicy policy{status, /*has_disk=*/true, {Ack::Holder::disk}};
  std::unique_ptr<Access> access = std::make_unique<Access>();
  RespCommands commands{thread, *access, policy, [] { return RespFigures{}; }};
  RespClient client{1, "127.0.0.1:2", "127.0.0.1:3"};
  RespParser parser;
  RespBurst burst;
  RespCommands::Executed last;
  bool closed = false;

 private:
  void take_one(std::string_view& bytes, std::string& out) {
    switch (parser.feed(bytes)) {
      case RespParser::State::complete: return execute(parser.arguments(), out, nullptr);
      case RespParser::State::too_large: return append_too_large(out);
      case RespParser::State::refused:
        RespReply(out, client.version).error("ERR " + parser.refusal());
        closed = true;
        return;
      case RespParser::State::incomplete: return;
    }
  }

  void execute(std::span<const std::string_view> arguments, std::string& out, Counter* known) {
    last = commands.execute(client, arguments, out, known);
    closed = last.close;
  }
};

}  // namespace tally
