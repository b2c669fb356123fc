#include "base/server_url.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tally {

namespace {

constexpr std::string_view kPlainScheme = "http://";
constexpr std::string_view kTlsScheme = "https://";
constexpr std::size_t kMaxHostBytes = 253;  // RFC 1035: the longest name that DNS can carry

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool is_ipv6_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

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

std::optional<ServerUrl> parse_server_url(std::string_view text) {
  const bool tls = text.starts_with(kTlsScheme);
  if (text.size() > kMaxServerUrlBytes || !(tls || text.starts_with(kPlainScheme))) return std::nullopt;
  auto parsed = parse_host_port(text.substr(tls ? kTlsScheme.size() : kPlainScheme.size()));
  if (!parsed || parsed->port == 0) return std::nullopt;
  return ServerUrl{{std::move(*parsed)}, tls};
}

}  // namespace tally
