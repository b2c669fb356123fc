// Everything that api/ reads, on arbitrary bytes: it may refuse them, and it must not crash. What it takes
// must survive being written and read again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/ack.h"
#include "api/add_request.h"
#include "api/answers.h"
#include "api/assignment.h"
#include "api/heartbeat.h"
#include "api/list_query.h"
#include "api/media_type.h"
#include "api/problem.h"
#include "api/route.h"
#include "api/targets.h"
#include "api/uri.h"
#include "base/check.h"

namespace tally {
namespace {

void fuzz_adds(std::string_view input) {
  AddReader reader;
  (void)reader.read_delta("", input);
  (void)reader.read_delta("text/plain", input);
  const auto batch = reader.read_batch("", input);
  if (!batch) return;
  std::string written;
  append_batch(written, *batch);
  AddReader other;
  const auto again = other.read_batch("", written);
  TALLY_CHECK(again &&
              std::vector(batch->begin(), batch->end()) == std::vector(again->begin(), again->end()));
}

void fuzz_targets(std::string_view input) {
  std::string scratch;
  (void)find_route(Program::balancer, Method::put, input, scratch);
  const auto route = find_route(Program::counting_server, Method::post, input, scratch);
  if (route && route->action == Action::add) {
    std::string other;
    const std::string target = counter_target(route->subject);
    TALLY_CHECK(find_route(Program::counting_server, Method::post, target, other)->subject == route->subject);
  }
  const std::string_view query = split_target(input).query;
  (void)ack_parameter(query);
  (void)after_parameter(query);
  (void)client_parameter(query);
  (void)reply_type(input);
  const auto list = read_list_query(query);
  if (list) TALLY_CHECK(read_list_query(split_target(list_target(*list)).query).value() == *list);
}

void fuzz_messages(std::string_view input) {
  (void)read_problem(500, input);
  (void)read_assignment(input);
  (void)read_server_list(input);
  (void)read_read_answer(input);
  (void)read_add_answer(input);
  (void)read_batch_answer(input);
  (void)read_page_answer(input);
  const auto heartbeat = read_heartbeat(input);
  if (!heartbeat) return;
  std::string written;
  append_heartbeat(written, *heartbeat);
  TALLY_CHECK(read_heartbeat(written).value() == *heartbeat);
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: tally::fuzz_adds(input); break;
    case 1: tally::fuzz_targets(input); break;
    default: tally::fuzz_messages(input);
  }
  return 0;
}
