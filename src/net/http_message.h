// What a server hears and says.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/http_method.h"
#include "net/peer_certificate.h"

namespace tally::net {

// What a handler remembers of a connection from one request to the next. The connection keeps it, unread.
struct Keepsake {
  Keepsake() = default;
  virtual ~Keepsake() = default;
  Keepsake(const Keepsake&) = delete;
  Keepsake& operator=(const Keepsake&) = delete;
};

// The views belong to the connection: valid only while HttpHandler::handle runs.
struct HttpRequest {
  Method method = Method::other;
  std::string_view
      target;  // origin-form as sent, percent-encoded: "/v1/counters/a%20b?ack=disk"; "*" for OPTIONS
  std::string_view content_type;      // empty if there is none
  std::string_view content_encoding;  // empty if there is none, or only "identity"
  std::string_view accept;            // empty if there is none
  std::string_view authorization;     // empty if there is none
  std::string_view body;
  std::string_view peer_address;                  // without the port: "127.0.0.1"
  const PeerCertificate* certificate = nullptr;   // that the client has shown and proven; null: none
  std::unique_ptr<Keepsake>* keepsake = nullptr;  // null in itself until a handler leaves something
};

struct HttpResponse {
  unsigned status = 200;          // 200 to 599
  std::string_view content_type;  // empty: no body is sent
  std::string_view body;
  std::string_view extra_headers;  // whole lines, each ended by CRLF: "Retry-After: 1\r\n"
};

}  // namespace tally::net
