// Any payload in a valid envelope, as a hostile server could send it: what decodes must survive being encoded
// again, and no message may end the process, whether it comes as a share or as an answer.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <variant>

#include <google/protobuf/stubs/logging.h>

#include "base/check.h"
#include "cluster/replica.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

void fuzz_wire(const std::string& bytes) {
  if (const auto part = decode_part(bytes)) {
    TALLY_CHECK(decode_part(Names().encode(*part)).value() == *part);
  }
  if (const auto marks = decode_marks(bytes)) {
    TALLY_CHECK(decode_marks(encode(*marks)).value() == *marks);
  }
}

// A server, a, that counted, knows something of its peer, b, and hears nothing but `bytes`, whatever it asks.
class Victim {
 public:
  explicit Victim(const std::string& bytes) : bytes_(bytes) {
    TALLY_CHECK(names_.thread.add("x", 5).has_value());
    act(replica_.tick(now_));
    const Part known{member("b", 2), 1, 0, 1, 0, header(run(2), "b", 0, 3), {{"x", 7, Sequence{2}}}};
    TALLY_CHECK(replica_.receive_share(now_, names_.encode(known)).body.has_value());
  }

  void suffer() {
    for (int round = 0; round < 5; ++round) {
      act(replica_.receive_share(now_, bytes_).output);
      // Questions lead to questions: a few are enough.
      for (int i = 0; i < 20 && !asked_.empty(); ++i) {
        const std::uint64_t id = asked_.front();
        asked_.pop_front();
        act(replica_.answered(now_, id, bytes_));
      }
      now_ += std::chrono::seconds(1);
      act(replica_.tick(now_));
    }
  }

  // Its own count is its own, marks fall never, and what it says can be understood.
  void check() {
    TALLY_CHECK(names_("x")->total() == 5);
    TALLY_CHECK(replica_.holdings().mark(run(2)) >= Sequence{3});
    const auto answer = replica_.answer_marks(now_, {}, 0);
    act(answer.output);
    auto marks = decode_marks(answer.body.value());
    TALLY_CHECK(marks.has_value());
    marks->vouched.reset();
    TALLY_CHECK(*marks == replica_.marks());
    for (const Mark& mark : marks->marks) {
      const auto part = decode_part(replica_.stream_answer(now_, mark.stream, Sequence{0}).body.value());
      TALLY_CHECK(part && part->header.through == mark.received && !part->entries.empty());
    }
  }

 private:
  void act(const Output& out) {
    for (const PeerRequest& request : out.requests) {
      asked_.push_back(request.id);
      const auto* push = std::get_if<PeerRequest::PushShare>(&request.question);
      TALLY_CHECK(push == nullptr || decode_part(push->body));
    }
  }

  const std::string& bytes_;
  Names names_;
  Instant now_{std::chrono::seconds(1)};
  Replica replica_{member("a", 1), {}, names_.counting, now_};
  std::deque<std::uint64_t> asked_;
};

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const google::protobuf::LogSilencer quiet;  // it would report most inputs
  const std::string payload(reinterpret_cast<const char*>(data), size);
  (void)tally::decode_part(payload);  // as the envelope itself
  (void)tally::decode_marks(payload);
  const std::string bytes = tally::envelope(payload);
  tally::fuzz_wire(bytes);
  tally::Victim victim(bytes);
  victim.suffer();
  victim.check();
  return 0;
}
