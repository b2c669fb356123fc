#include "api/render.h"

#include "api/decimal.h"
#include "api/json_text.h"
#include "count/collation_tree.h"

namespace tally {

namespace {

// ITEM,ITEM,...
template <class Items, class RenderItem>
void render_joined(std::string& out, const Items& items, RenderItem render_item) {
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    render_item(item);
  }
}

// "name":NAME,"value":VALUE
void render_fields(std::string& out, NamedValue counter) {
  out += R"("name":)";
  append_json_string(out, counter.name);
  out += R"(,"value":)";
  append_decimal(out, counter.value);
}

void render_counters(std::string& out, std::span<const NamedValue> counters) {
  out += R"("counters":[)";
  render_joined(out, counters, [&out](const NamedValue& counter) {
    out += '{';
    render_fields(out, counter);
    out += '}';
  });
  out += ']';
}

void render_nodes(std::string& out, std::span<const CollationNode> nodes,
                  const std::function<std::string_view(ServerIndex)>& key_of) {
  out += '[';
  render_joined(out, nodes, [&](const CollationNode& node) {
    out += R"({"key":)";
    append_json_string(out, key_of(node.server));
    out += R"(,"value":)";
    append_decimal(out, node.value);
    out += R"(,"computed":)";
    append_decimal(out, node.computed);
    out += node.valid ? R"(,"valid":true,"children":)" : R"(,"valid":false,"children":)";
    render_nodes(out, node.children, key_of);
    out += '}';
  });
  out += ']';
}

}  // namespace

void render_reading(std::string& out, const Reading& reading) {
  out += '{';
  render_fields(out, {reading.name, reading.value});
  out += R"(,"staleness_ms":)";
  if (reading.staleness_ms) {
    append_decimal(out, *reading.staleness_ms);
  } else {
    out += "null";
  }
  out += reading.complete ? R"(,"complete":true)" : R"(,"complete":false)";
  if (!reading.missing.empty()) {
    out += R"(,"missing":[)";
    render_joined(out, reading.missing, [&out](const ServerId& id) { append_json_string(out, id.text()); });
    out += ']';
  }
  out += '}';
}

void render_added(std::string& out, NamedValue counter) {
  out += '{';
  render_fields(out, counter);
}

void render_batch_added(std::string& out, std::span<const NamedValue> counters) {
  out += '{';
  render_counters(out, counters);
}

void close_with_ack(std::string& out, Ack ack) {
  out += R"(,"ack":")";
  out += to_text(ack);
  out += R"("})";
}

void replace_ack(std::string& out, Ack old, Ack ack) {
  std::string end;
  close_with_ack(end, old);
  out.resize(out.size() - end.size());
  close_with_ack(out, ack);
}

void render_page(std::string& out, std::span<const NamedValue> counters,
                 const std::optional<std::string>& next) {
  out += '{';
  render_counters(out, counters);
  out += R"(,"next":)";
  if (next) {
    append_json_string(out, *next);
  } else {
    out += "null";
  }
  out += '}';
}

void render_tree(std::string& out, std::string_view name, std::span<const CollationNode> roots,
                 const std::function<std::string_view(ServerIndex)>& key_of) {
  out += R"({"name":)";
  append_json_string(out, name);
  out += R"(,"nodes":)";
  render_nodes(out, roots, key_of);
  out += '}';
}

void render_value(std::string& out, Int128 value) { append_decimal(out, value); }

}  // namespace tally
