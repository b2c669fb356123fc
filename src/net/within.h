// What may take for ever, bounded.
#pragma once

#include <functional>

#include <boost/asio/io_context.hpp>

#include "base/duration.h"

namespace tally::net {

using Done = std::function<void()>;

// Calls `begin` at once with what to call at its end; calls `done` then, or when `limit` has passed, once.
// All of it on the thread of `loop`.
void within(boost::asio::io_context& loop, Duration limit, const std::function<void(Done)>& begin, Done done);

}  // namespace tally::net
