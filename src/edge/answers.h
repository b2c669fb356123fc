// Refusals as answers.
#pragma once

#include <string>

#include "base/error.h"
#include "net/http_message.h"

namespace tally {

// An answer that owns its bytes. Where answers are frequent, write into a buffer that is used again instead.
struct OwnedResponse {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::string extra_headers;

  // Valid as long as this is.
  net::HttpResponse view() const { return {status, content_type, body, extra_headers}; }
};

// The problem (RFC 9457) that says `error`, with Retry-After where trying again may help.
OwnedResponse problem_response(const Error& error);

}  // namespace tally
