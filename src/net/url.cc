#include "net/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tally::net {

namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::size_t kMaxHostBytes = 253;  // RFC 1035: the longest name that DNS can carry

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool is_ipv6_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

struct HostPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t host_end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (host_end == std::string_view::npos) return std::nullopt;
  const std::string_view host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  if (host.empty() || host.size() > kMaxHostBytes) return std::nullopt;
  if (!std::all_of(host.begin(), host.end(), bracketed ? is_ipv6_byte : is_name_byte)) return std::nullopt;

  const std::string_view rest = text.substr(host_end + (bracketed ? 1 : 0));
  if (rest.empty()) return HostPort{std::string(host), std::nullopt};
  if (!rest.starts_with(':')) return std::nullopt;
  const auto port = parse_port(rest.substr(1));
  if (!port) return std::nullopt;
  return HostPort{std::string(host), port};
}

std::string join(const std::string& host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const Error refusal{Errc::invalid, "'" + std::string(text) +
                                         "' is not an address to send to: write http://HOST:PORT, such as "
                                         "http://127.0.0.1:7070."};
  if (!text.starts_with(kScheme)) return refusal;
  std::string_view authority = text.substr(kScheme.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const auto parsed = parse_host_port(authority);
  if (!parsed || parsed->port == 0) return refusal;
  return Url{parsed->host, parsed->port.value_or(Url{}.port)};
}

std::string Url::text() const { return std::string(kScheme) + authority(); }

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
