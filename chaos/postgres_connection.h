// A connection to a PostgreSQL server that trusts everybody: one statement, one value
// (https://www.postgresql.org/docs/15/protocol.html).
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"
#include "chaos/tcp_stream.h"

namespace tally::chaos {

// One thread.
class PostgresConnection {
 public:
  // Connects at the first statement, and again after a failure.
  PostgresConnection(std::string address, std::uint16_t port) : address_(std::move(address)), port_(port) {}

  // The first column of the last row; "" without rows. Errc::unreachable: nothing was sent.
  // Errc::unknown_outcome: sent, and no whole reply. Errc::invalid: the statement failed, and did nothing.
  Result<std::string> ask(const std::string& statement);

 private:
  bool connect();
  Result<std::string> read_reply();

  std::string address_;
  std::uint16_t port_;
  TcpStream stream_;
};

}  // namespace tally::chaos
