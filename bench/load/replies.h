// Counting replies in what a server sent, and refusing everything that is not the reply that was hoped for: a
// rate of errors would be a fine figure of nothing.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace tally::load {

// The whole replies at the front of some bytes. What follows them is part of a reply, to be shown again with
// the rest.
struct Scanned {
  std::size_t replies = 0;
  std::size_t bytes = 0;  // of those replies
};

// Lines of digits alone, each after `lead`: ":17\r\n" of the Redis protocol, "17\r\n" of memcached with an
// empty one.
Result<Scanned> scan_integers(std::string_view unread, std::string_view lead);

// HTTP/1.1 replies with status 200 and a Content-Length, whose bodies start with `body_start`.
Result<Scanned> scan_http_ok(std::string_view unread, std::string_view body_start);

}  // namespace tally::load
