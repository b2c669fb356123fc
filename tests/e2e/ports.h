// Ports that nobody else takes while a test has them, also while the program that belongs on one is down.
#pragma once

#include <cstdint>
#include <vector>

#include "client/file_descriptor.h"

namespace tally::e2e {

// `count` consecutive ports of 127.0.0.1. Each is bound, not listened on, and open to whoever binds with
// SO_REUSEADDR and SO_REUSEPORT, as Tally does: the kernel gives it to no other program meanwhile.
class Ports {
 public:
  explicit Ports(std::uint16_t count = 1);
  std::uint16_t first() const { return first_; }

 private:
  bool take(std::uint16_t port);

  std::uint16_t first_ = 0;
  std::vector<FileDescriptor> sockets_;
};

}  // namespace tally::e2e
