// What a program does with requests.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/error.h"
#include "net/holds.h"
#include "net/http_message.h"
#include "net/later_reply.h"
#include "net/streamed_reply.h"

namespace tally::net {

class HttpSession;

// Where a handler puts its answer. Lives as long as the call that it is handed to.
class HttpExchange {
 public:
  void send(const HttpResponse& response);
  // The same, but not before that is open; without extra headers.
  void hold(Hold hold, const HttpResponse& response);
  // For an answer of up to `bytes`, about: until it is given they count as unsent; nobody is owed more
  // than would be sent. kLarge: any number; the connection's next request waits for this answer.
  LaterReply later(std::size_t bytes);
  static constexpr std::size_t kLarge = std::size_t{1} << 40;
  // An answer that goes on for as long as whoever keeps it has something to say. `head`'s body, if it has
  // any, is its first piece.
  StreamedReply stream(const HttpResponse& head);

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

  // Exactly one of exchange.send(), hold(), later() and stream() is called before it returns. May not throw,
  // and may not stop or destroy the server.
  virtual void handle(const HttpRequest& request, HttpExchange& exchange) = 0;

  // Whether a request's body is to be read: asked once, when the header is there and the body is not. If not,
  // it is answered by exchange.send() as it stands, and the connection closes. What is known of strangers is
  // in the header, and what they send need not be kept.
  virtual bool wants_body(const HttpRequest& header, HttpExchange& exchange) {
    static_cast<void>(header), static_cast<void>(exchange);
    return true;
  }

  // Answers a request that never became one: malformed, too_slow, too_large, header_too_large, unavailable.
  // The server adds "Connection: close" and closes.
  virtual void refuse(const Error& error, HttpExchange& exchange) = 0;

  // What is sent instead of an answer that was held for too long; called only where answers are held. Its
  // views stay valid until the next call.
  virtual HttpResponse late(const HttpResponse& held, Hold) {
    TALLY_CHECK(false && "a handler that holds answers says what to send when they are late");
    return held;
  }
};

}  // namespace tally::net
