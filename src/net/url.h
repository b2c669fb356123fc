// The addresses that options and messages carry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "base/result.h"

namespace tally::net {

// http://host:port or https://host:port, where the whole program sends to. IPv6 hosts stand in brackets in
// text, without them in `host`.
struct Url {
  std::string host;
  std::uint16_t port = 80;
  bool tls = false;  // https

  // "http://HOST[:PORT][/]", or https and 443 without a port; anything else is an error that says what is
  // expected.
  static Result<Url> parse(std::string_view text);
  std::string text() const;       // "http://127.0.0.1:7071"
  std::string authority() const;  // "127.0.0.1:7071", as the Host field says it
  bool operator==(const Url&) const = default;
  bool operator<(const Url& other) const {
    return std::tie(host, port, tls) < std::tie(other.host, other.port, other.tls);
  }
};

// Where a program listens: "127.0.0.1:7071", "[::1]:7071"; port 0 asks the system for a free one.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  static Result<Endpoint> parse(std::string_view text);
  std::string text() const;
  bool operator==(const Endpoint&) const = default;
};

}  // namespace tally::net
