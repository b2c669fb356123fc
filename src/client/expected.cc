#include <cstdio>
#include <cstdlib>

#include <tally/expected.h>

namespace tally {

void end_for_misuse(const ClientError* error) noexcept {
  if (error != nullptr) {
    std::fprintf(stderr, "tally: a value was taken where there is an error: %s\n", error->detail.c_str());
  } else {
    std::fputs("tally: an error was taken where there is none\n", stderr);
  }
  std::abort();
}

}  // namespace tally
