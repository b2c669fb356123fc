// A TCP connection that waits, for a bounded time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "client/file_descriptor.h"

namespace tally::chaos {

// Half a second to connect and to send, three seconds for each piece to arrive. What fails closes it. One
// thread.
class TcpStream {
 public:
  // Closes what was open.
  bool connect(const std::string& address, std::uint16_t port);
  bool is_open() const { return socket_.get() >= 0; }
  void close();

  bool send(std::string_view bytes);
  // Without its \r\n.
  bool read_line(std::string& line);
  bool read_bytes(std::size_t size, std::string& bytes);

 private:
  bool fill();

  FileDescriptor socket_;
  std::string unread_;
};

}  // namespace tally::chaos
