// Requests, written before the load begins, so that sending one costs no more than the system call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/load/protocol.h"

namespace tally::load {

// The name of counter `number`, as redis-benchmark writes it: "key:000000001234".
std::string key_name(std::uint64_t number);

// Some 65,536 adds to names that are drawn uniformly, always the same ones, so that every server gets the
// same; then it begins again. One thread.
class RequestTape {
 public:
  RequestTape(const Protocol& protocol, std::string_view authority, std::uint64_t names,
              std::size_t longest_burst);

  // The bytes of the next `requests`, which are at most the longest burst. They stay where they are.
  std::string_view take(std::size_t requests);

 private:
  std::string bytes_;  // whose end is its beginning again, for bursts across it
  std::size_t request_bytes_ = 0;
  std::size_t requests_;
  std::size_t longest_burst_;
  std::size_t next_ = 0;
};

}  // namespace tally::load
