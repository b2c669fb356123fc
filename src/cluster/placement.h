// Which server is a client's own. The same answer from every balancer that knows the same servers, with
// nothing to remember: rendezvous hashing (Thaler, Ravishankar: Using name-based mappings to increase hit
// rates, IEEE/ACM ToN 1998). When a server goes, only its clients move; when one comes, only those that it
// takes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/ids.h"

namespace tally {

// The place in `servers` of `client`'s server; nothing if there are none. Does not depend on their order.
std::optional<std::size_t> place(std::string_view client, std::span<const ServerId> servers);

}  // namespace tally
