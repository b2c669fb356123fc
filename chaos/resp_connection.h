// A connection to a Redis server: one command, one reply (RESP2,
// https://redis.io/docs/reference/protocol-spec/).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "chaos/tcp_stream.h"

namespace tally::chaos {

// One thread.
class RespConnection {
 public:
  // Connects at the first command, and again after a failure.
  RespConnection(std::string address, std::uint16_t port) : address_(std::move(address)), port_(port) {}

  // The reply as text: a simple or bulk string, or an integer's digits; "" for nil. Errc::unreachable:
  // nothing was sent. Errc::unknown_outcome: sent, and no reply. Errc::invalid: an error reply.
  Result<std::string> ask(const std::vector<std::string>& words);

 private:
  Error broken();

  std::string address_;
  std::uint16_t port_;
  TcpStream stream_;
};

}  // namespace tally::chaos
