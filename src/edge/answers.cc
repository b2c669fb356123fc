#include "edge/answers.h"

#include "api/media_type.h"
#include "api/problem.h"

namespace tally {

OwnedResponse problem_response(const Error& error) {
  const Problem& problem = problem_of(error.code);
  OwnedResponse response{problem.status, std::string(kProblemType), {}, {}};
  append_problem(response.body, error);
  if (problem.retry_after_s > 0) {
    response.extra_headers = "Retry-After: " + std::to_string(problem.retry_after_s) + "\r\n";
  }
  return response;
}

}  // namespace tally
