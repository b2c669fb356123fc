// What a counting server answers, as JSON. All append to `out`; all names are valid names.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/ack.h"
#include "base/ids.h"
#include "base/int128.h"

namespace tally {

struct CollationNode;  // count/collation_tree.h

// A counter's value as a read found it, and how far it can be trusted.
struct Reading {
  std::string_view name;
  Int128 value;                              // every digit is written
  std::optional<std::int64_t> staleness_ms;  // nothing: unbounded
  bool complete;
  std::span<const ServerId> missing = {};  // those that it is incomplete without
};

struct NamedValue {
  std::string_view name;
  Int128 value;
};

// {"name":"a","value":7,"staleness_ms":410,"complete":true}, and "missing":["b"] where something is
void render_reading(std::string& out, const Reading& reading);

// What an add answers with, but for its end: {"name":"a","value":7 or {"counters":[{"name":"a","value":7}],
// each value with this add in it.
void render_added(std::string& out, NamedValue counter);
void render_batch_added(std::string& out, std::span<const NamedValue> counters);

// The end of both, what the add has got: ,"ack":"disk"}
void close_with_ack(std::string& out, Ack ack);
// The same for what was closed with `old`.
void replace_ack(std::string& out, Ack old, Ack ack);

// {"counters":[{"name":"a","value":7}],"next":"6e61"}; nothing follows: null
void render_page(std::string& out, std::span<const NamedValue> counters,
                 const std::optional<std::string>& next);

// {"name":"a","nodes":[{"key":"eu","value":5,"computed":43,"valid":true,"children":[...]}]}
void render_tree(std::string& out, std::string_view name, std::span<const CollationNode> roots,
                 const std::function<std::string_view(ServerIndex)>& key_of);

// 7, for those who prefer text/plain
void render_value(std::string& out, Int128 value);

}  // namespace tally
