// `tally count`: every line of a text adds 1 to the counter that it names.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>

#include "client/count_batch.h"
#include "client/failover_client.h"
#include "client/line_reader.h"
#include "client/progress_bar.h"

namespace tally {

// Lines are sent in batches, each of them counted as a whole or not at all. A batch that was surely not
// counted is the end: what was said then tells where to go on. One whose outcome is unknown is named, never
// sent again, and left behind.
class LineCount {
 public:
  // All outlive this. `bar` may be null.
  LineCount(FailoverClient& client, LineReader& input, std::string prefix, std::ostream& err,
            ProgressBar* bar);

  // To the end of the input. The exit status: 0 if every line counted.
  int run();

  // "63463 lines counted by a (40000) and b (23463)". Empty lines are none.
  std::string summary() const;

  // {"lines":63463,"by":{"a":40000,"b":23463},"all_counted":true,"duration_ms":710}
  std::string summary_json(Duration took) const;

 private:
  bool take(const InputLine& line);  // false: it is no counter's name, and that was said
  bool send();                       // false: it was surely not counted, and that was said
  void stop(const std::string& reason);
  void say(const std::string& text);

  FailoverClient& client_;
  LineReader& input_;
  std::string prefix_;
  std::ostream& err_;
  ProgressBar* bar_;
  CountBatch batch_;
  std::uint64_t read_to_ = 0;     // the last line that was looked at
  std::uint64_t settled_to_ = 0;  // every line up to this one was sent
  std::uint64_t counted_ = 0;
  std::map<ServerId, std::uint64_t> counted_by_;
  bool all_counted_ = true;
};

}  // namespace tally
