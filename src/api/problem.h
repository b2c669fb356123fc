// Errors as HTTP knows them: RFC 9457 problem details. The one table from Errc to status, for all programs.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tally {

struct Problem {
  unsigned status;
  std::string_view type;  // a URI reference that clients may compare: "/problems/out-of-range"; never changes
  std::string_view title;  // the same for every occurrence
  unsigned retry_after_s;  // what a Retry-After header says; 0: none is sent
};

const Problem& problem_of(Errc code);

// Appends {"type":...,"title":...,"status":...,"detail":...}. Bytes of the detail that are not UTF-8 become
// '?'.
void append_problem(std::string& out, const Error& error);

// The Error behind an answer whose status is not 2xx. Where the body is not a problem of ours (a proxy
// answered), a 4xx says that nothing was counted, and everything else is Errc::unknown_outcome.
Error read_problem(unsigned status, std::string_view body);

}  // namespace tally
