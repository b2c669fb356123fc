// Talking to RespCommands in this process as over a connection: bytes in, bytes out.
#pragma once

#include <string>
#include <string_view>

#include "api/resp_parser.h"
#include "server/resp_commands.h"

namespace tally {

// A server and a client of its own, without a socket and a disk.
class RespTalk {
 public:
  // What comes back, until it closes.
  std::string say(std::string_view bytes) {
    std::string out;
    while (!closed) {
      const RespParser::State state = parser.feed(bytes);
      if (state == RespParser::State::incomplete) break;
      if (state == RespParser::State::too_large) append_too_large(out);
      if (state == RespParser::State::refused) {
        RespReply(out, client.version).error("ERR " + parser.refusal());
        closed = true;
      }
      if (state != RespParser::State::complete) continue;
      last = commands.execute(client, parser.arguments(), out);
      closed = last.close;
    }
    return out;
  }

  Counting counting{2, 1, /*most_counters=*/10'000};
  CountingThread thread{counting};
  ServerStatus status{.state = ServerState::ready};
  AddPolicy policy{status, /*has_disk=*/true, {Ack::Holder::disk}};
  RespCommands commands{thread, policy, [] { return RespFigures{}; }};
  RespClient client{1, "127.0.0.1:2", "127.0.0.1:3"};
  RespParser parser;
  RespCommands::Executed last;
  bool closed = false;
};

}  // namespace tally
