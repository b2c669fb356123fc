#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tally {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr,
               "tally: internal error: '%s' does not hold (%s:%d). This is a bug; please report it.\n",
               condition, file, line);
  std::abort();
}

}  // namespace tally
