// What a FailoverClient needs of the world outside: an answer, the time, a pause.
#pragma once

#include <memory>
#include <string>

#include "base/duration.h"
#include "base/result.h"

namespace tally {

namespace net {
struct ClientRequest;
struct ClientResponse;
}  // namespace net

// Used by one thread.
class Transport {
 public:
  virtual ~Transport() = default;

  // Sends `request` and waits for the answer, whatever its status. Errc::unreachable: the request was not
  // sent. Errc::unknown_outcome: it may have arrived, but no answer came. Details begin with the server's
  // URL.
  virtual Result<net::ClientResponse> send(const net::ClientRequest& request) = 0;

  virtual Instant now() = 0;
  virtual void pause(Duration duration) = 0;
};

// The same with `token` shown in each request; empty: none. It can stand in a header.
std::unique_ptr<Transport> with_token(std::unique_ptr<Transport> transport, const std::string& token);

// The Error behind an answer whose status is not 2xx: as read_problem(), and how to give a token where it is
// about that.
Error explained_refusal(const net::ClientResponse& response);

// HTTP, the machine's clock and sleep. `tls_authorities`: as ClientOptions has it.
std::unique_ptr<Transport> http_transport(const std::string& tls_authorities);

}  // namespace tally
