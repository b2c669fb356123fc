// Requests out of bytes (RFC 9112), however the bytes are cut: the same bytes always give the same requests
// and, if there is one, the same refusal. Stricter than the RFC asks where leniency has let requests be
// smuggled: see request_parser.cc.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_message.h"

namespace tally::net {

class RequestParser {
 public:
  enum class State : std::uint8_t { incomplete, complete, refused };
  enum class Phase : std::uint8_t {
    idle,
    header,
    body
  };  // what `incomplete` waits for; idle: the first byte

  // `header_bytes` bounds request line and fields together, `body_bytes` the body after decoding.
  RequestParser(std::size_t header_bytes, std::size_t body_bytes);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Takes bytes from the front of `bytes`, no further than the end of the request. What it does not need to
  // keep it does not copy: after `complete`, request() is valid until the next feed() and while those bytes
  // stay where they are. The next feed() begins the next request; after `refused` there is none.
  State feed(std::string_view& bytes);

  const HttpRequest& request() const;  // after `complete`; without peer_address and keepsake
  const Error& error() const;          // after `refused`: malformed, header_too_large or too_large

  // Of the request that is complete, or whose body is under way.
  bool keep_alive() const;  // the client wants to go on with this connection
  bool old() const;         // HTTP/1.0

  Phase phase() const;
  bool expects_continue()
      const;  // in Phase::body: the client may wait for "100 Continue" before it sends the body
  std::size_t held_bytes() const;  // memory that hangs on an unfinished request
  void forget();                   // the unfinished request; nothing is fed any more

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tally::net
