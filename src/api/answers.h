// A counting server's answers as clients read them: the other side of api/render.h.
//
// All errors are Errc::unknown_outcome: a server answered, so an add may well have counted, but what it said
// was not understood. Fields that a newer server adds are ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ack.h"
#include "base/int128.h"
#include "base/result.h"

namespace tally {

struct CounterValue {
  std::string name;
  Int128 value;  // exact: merged counts can leave 64 bits

  bool operator==(const CounterValue&) const = default;
};

struct ReadAnswer {
  CounterValue counter;
  std::optional<std::int64_t> staleness_ms;  // nothing: unbounded
  bool complete;
  std::vector<std::string> missing;  // the ids of servers that it is incomplete without
};

struct AddAnswer {
  CounterValue counter;
  Ack ack;  // what the add has got; with status 202 less than was asked for
};

struct BatchAnswer {
  std::vector<CounterValue> counters;  // in the order of the request
  Ack ack;
};

struct PageAnswer {
  std::vector<CounterValue> counters;
  std::optional<std::string> next;  // the cursor of the page behind this one
};

// A node of a collation tree, and what is below it (count/collation_nodes.h).
struct TreeNode {
  std::string key;  // a server's id
  Int128 value;
  Int128 computed;
  bool valid;
  std::vector<TreeNode> children;

  bool operator==(const TreeNode&) const = default;
};

struct TreeAnswer {
  std::string name;
  std::vector<TreeNode> nodes;
};

Result<ReadAnswer> read_read_answer(std::string_view body);
Result<AddAnswer> read_add_answer(std::string_view body);
Result<BatchAnswer> read_batch_answer(std::string_view body);
Result<PageAnswer> read_page_answer(std::string_view body);
Result<TreeAnswer> read_tree_answer(std::string_view body);

}  // namespace tally
