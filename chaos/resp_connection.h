// A connection to a Redis server: one command, one reply (RESP2, https://redis.io/docs/reference/protocol-spec/).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "client/file_descriptor.h"

namespace tally::chaos {

// One thread.
class RespConnection {
 public:
  // Connects at the first command, and again after a failure.
  RespConnection(std::string address, std::uint16_t port) : address_(std::move(address)), port_(port) {}

  // The reply as text: a simple or bulk string, or an integer's digits; "" for nil. Errc::unreachable: nothing was
  // sent. Errc::unknown_outcome: sent, and no reply within three seconds. Errc::invalid: an error reply.
  Result<std::string> ask(const std::vector<std::string>& words);

 private:
  bool connect();
  Error broken(const char* what);
  bool read_line(std::string& line);
  bool read_bytes(std::size_t size, std::string& bytes);
  bool fill();

  std::string address_;
  std::uint16_t port_;
  FileDescriptor socket_;
  std::string unread_;
};

}  // namespace tally::chaos
