#include "net/url.h"

#include "base/server_url.h"

namespace tally::net {

namespace {

constexpr std::uint16_t kPlainPort = 80;
constexpr std::uint16_t kTlsPort = 443;

std::string join(const std::string& host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const Error refusal{Errc::invalid, "'" + std::string(text) +
                                         "' is not an address to send to: write http://HOST:PORT, such as "
                                         "http://127.0.0.1:7070, or https://HOST:PORT."};
  const std::string_view url = text.substr(0, text.size() - (text.ends_with('/') ? 1 : 0));
  const auto parsed = parse_server_url(url);
  if (!parsed) return refusal;
  return Url{parsed->host, parsed->port.value_or(parsed->tls ? kTlsPort : kPlainPort), parsed->tls};
}

std::string Url::text() const { return (tls ? "https://" : "http://") + authority(); }

std::string Url::authority() const { return join(host, port); }

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const auto parsed = parse_host_port(text);
  if (!parsed || !parsed->port) {
    return Error{Errc::invalid,
                 "'" + std::string(text) +
                     "' is not an address to listen on: write HOST:PORT, such as 127.0.0.1:7071 or "
                     "[::1]:7071."};
  }
  return Endpoint{parsed->host, *parsed->port};
}

std::string Endpoint::text() const { return join(host, port); }

}  // namespace tally::net
