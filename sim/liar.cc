#include "sim/liar.h"

#include <algorithm>
#include <utility>

#include "cluster/wire.h"

namespace tally::sim {

void Liar::ask(const Question& question, Reply reply) {
  constexpr Sequence kMuch{std::uint64_t{1} << 40};
  if (!is_between_servers(question) || std::holds_alternative<PeerRequest::AskStream>(question)) {
    return reply(Error{Errc::unavailable, "Not today."});
  }
  if (const auto* push = std::get_if<PeerRequest::PushShare>(&question)) {
    const auto part = decode_part(push->body);
    if (!part) return reply(part.error());
    const bool claimed = std::any_of(claims_.begin(), claims_.end(), [&part](const Mark& mark) {
      return mark.stream == part->header.stream;
    });
    if (!claimed) claims_.push_back({part->header.stream, part->header.server, kMuch, kMuch});
  }
  reply(encode(Marks{self_, false, claims_, {self_}, {}}));
}

}  // namespace tally::sim
