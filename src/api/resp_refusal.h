// Why a counting server does not serve a command of Redis, and what to use instead.
#pragma once

#include <string>
#include <string_view>

namespace tally {

// "ERR SET is not served: ... Nothing was counted. ..."; empty for what is not a command of Redis 7.0, or is
// served.
std::string refusal_of_command(std::string_view name);

}  // namespace tally
