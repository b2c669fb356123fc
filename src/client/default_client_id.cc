#include <array>

#include <pwd.h>
#include <unistd.h>

#include "client/options.h"

namespace tally {

std::string default_client_id() {
  const passwd* const user = getpwuid(getuid());
  std::array<char, 256> host{};
  const bool host_known = gethostname(host.data(), host.size() - 1) == 0;
  return (user != nullptr ? std::string(user->pw_name) : std::to_string(getuid())) + "@" +
         (host_known ? host.data() : "localhost");
}

}  // namespace tally
