// Shares that nobody may take, made for one victim of what it holds. Its right answer to each is an error,
// and its sender is no more a member than before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/replica.h"

namespace tally::sim {

enum class Poison : std::uint8_t {
  an_absurd_total,             // of a known counter, at a known sequence
  the_victims_own_stream,      // beyond what it wrote
  a_stream_of_another_server,  // known, and filed under another id
  an_unknown_version,
  a_removed_sender,
};
inline constexpr Poison kPoisons[] = {Poison::an_absurd_total, Poison::the_victims_own_stream,
                                      Poison::a_stream_of_another_server, Poison::an_unknown_version,
                                      Poison::a_removed_sender};

// Who sends it: nobody's member.
Member poisoner();

// Nothing where the victim does not know enough for it: a stream, or a removal.
std::optional<std::string> make(Poison poison, const Replica& victim);

}  // namespace tally::sim
