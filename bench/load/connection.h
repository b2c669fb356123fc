// One connection to the server under load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "bench/load/protocol.h"
#include "client/file_descriptor.h"

namespace tally::load {

// Non-blocking, for an edge-triggered epoll: send() and receive() go on until the socket would block. One
// thread.
class Connection {
 public:
  // Connects to HOST:PORT, and waits for that. Errc::invalid: that is none.
  static Result<Connection> open(const std::string& server);

  int fd() const { return socket_.get(); }

  std::uint64_t answered() const { return answered_; }  // of all requests so far
  std::uint64_t in_flight() const { return sent_ - answered_; }

  // Sends `count` requests. What the socket does not take now goes with a later flush().
  Result<void> send(std::string_view requests, std::size_t count);
  Result<void> flush();

  // Reads what there is; the number of replies that it completed. An error when the server says anything but
  // what the protocol hopes for, more than it was asked, or goodbye.
  Result<std::size_t> receive(const Protocol& protocol);

 private:
  explicit Connection(FileDescriptor socket);

  // How many bytes the socket took.
  Result<std::size_t> write(std::string_view bytes);
  // Takes the whole replies off the front of the buffer.
  Result<std::size_t> take_replies(const Protocol& protocol);

  FileDescriptor socket_;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::string unsent_;
  std::unique_ptr<char[]> buffer_;
  std::size_t unread_ = 0;  // bytes at its front that are part of a reply
};

}  // namespace tally::load
