#include "api/ack.h"

#include <charconv>

#include "api/text.h"
#include "api/uri.h"

namespace tally {

Result<Ack> parse_ack(std::string_view text) {
  constexpr std::string_view kPeers = "peers:";
  if (text == "memory") return Ack{Ack::Holder::memory};
  if (text == "disk") return Ack{Ack::Holder::disk};
  if (text.starts_with(kPeers)) {
    const char* const last = text.data() + text.size();
    Ack ack{Ack::Holder::peers};
    const auto [end, error] = std::from_chars(text.data() + kPeers.size(), last, ack.peers);
    if (error == std::errc{} && end == last && ack.peers > 0) return ack;
  }
  return Error{Errc::invalid,
               quote(text) + " is not an ack: use memory, disk, or peers:K with K at least 1."};
}

std::string to_text(Ack ack) {
  switch (ack.holder) {
    case Ack::Holder::memory: return "memory";
    case Ack::Holder::disk: return "disk";
    case Ack::Holder::peers: break;
  }
  return "peers:" + std::to_string(ack.peers);
}

Result<std::optional<Ack>> ack_parameter(std::string_view query) {
  if (query.empty()) return std::optional<Ack>();  // nearly every add
  if (const auto known = check_parameters(query, {"ack"}); !known) return known.error();
  const auto text = find_parameter(query, "ack");
  if (!text) return text.error();
  if (!*text) return std::optional<Ack>();
  const auto ack = parse_ack(**text);
  if (!ack) return ack.error();
  return std::optional<Ack>(*ack);
}

}  // namespace tally
