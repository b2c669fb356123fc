// What a program does with requests.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "net/http_message.h"
#include "net/later_reply.h"

namespace tally::net {

class HttpSession;

// Where a handler puts its answer. Lives as long as the call that it is handed to.
class HttpExchange {
 public:
  void send(const HttpResponse& response);
  // For an answer of up to `bytes`, about: until it is given they count as unsent; nobody is owed more
  // than would be sent. kLarge: any number; the connection's next request waits for this answer.
  LaterReply later(std::size_t bytes);
  static constexpr std::size_t kLarge = std::size_t{1} << 40;

 private:
  friend class HttpSession;
  HttpExchange(HttpSession& session, std::uint64_t ticket) : session_(session), ticket_(ticket) {}

  HttpSession& session_;
  std::uint64_t ticket_;
  bool used_ = false;
};

// Called by the thread of its server's loop only.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Exactly one of exchange.send() and exchange.later() is called before it returns. May not throw, and may
  // not stop or destroy the server.
  virtual void handle(const HttpRequest& request, HttpExchange& exchange) = 0;

  // Answers a request that never became one: malformed, too_slow, too_large, header_too_large, unavailable.
  // The server adds "Connection: close" and closes.
  virtual void refuse(const Error& error, HttpExchange& exchange) = 0;
};

}  // namespace tally::net
