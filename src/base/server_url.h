// Where a server answers, as options, heartbeats and messages between servers write it. One rule for all of
// them: what one takes from outside it may hand on to any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally {

inline constexpr std::size_t kMaxServerUrlBytes = 270;

struct HostPort {
  std::string host;  // a name, an IPv4 address, or an IPv6 one without its brackets
  std::optional<std::uint16_t> port;
};

// "HOST" or "HOST:PORT"; IPv6 hosts stand in brackets. Nothing for anything else.
std::optional<HostPort> parse_host_port(std::string_view text);

struct ServerUrl : HostPort {
  bool tls;  // https
};

// "http://HOST[:PORT]" or "https://HOST[:PORT]" and no more, of at most kMaxServerUrlBytes: a request target
// can be appended, and no byte of it is one that a header line or a log could not hold.
std::optional<ServerUrl> parse_server_url(std::string_view text);

}  // namespace tally
