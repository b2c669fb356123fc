// The bodies of adds: to one counter (POST /v1/counters/{name}), or to many (POST /v1/counters).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

inline constexpr std::size_t kMaxBatchEntries = 10'000;

struct NamedDelta {
  std::string_view name;
  std::int64_t delta;

  bool operator==(const NamedDelta&) const = default;
};

// Reads bodies. Used by one thread and kept: its buffers grow to the largest body and are used again.
//
// A delta is an integer from -2^63 to 2^63-1: a JSON number without fraction or exponent (not even 1.0 or
// 1e3, which other readers would round), or a JSON string or text of a sign or none and digits. Where none is
// given it is 1.
//
// Errc::unsupported_type: see each. Errc::malformed: not JSON (RFC 8259). Errc::invalid: JSON, but not what
// is expected: a bad delta or name, an unknown key (a misspelt "delta" must not count as 1), a key given
// twice.
class AddReader {
 public:
  AddReader();
  ~AddReader();
  AddReader(AddReader&&) noexcept;
  AddReader& operator=(AddReader&&) noexcept;
  AddReader(const AddReader&) = delete;
  AddReader& operator=(const AddReader&) = delete;

  // No body; {"delta":-3} or {"delta":"-3"} as JSON or without a type; or text/plain, -3, blanks around it
  // ignored. Any other type is refused, even without a body.
  Result<std::int64_t> read_delta(std::string_view content_type, std::string_view body);

  // [{"name":"a","delta":1},{"name":"b"}], as JSON or without a type: at most kMaxBatchEntries, each of them
  // valid, else the error names the first that is not. A name may occur more than once, and the list may be
  // empty. The entries are valid until the next read.
  Result<std::span<const NamedDelta>> read_batch(std::string_view content_type, std::string_view body);

 private:
  class Json;
  std::unique_ptr<Json> json_;
};

// The other direction. Names are valid names.
void append_delta(std::string& out, std::int64_t delta);                  // {"delta":-3}
void append_batch(std::string& out, std::span<const NamedDelta> deltas);  // [{"name":"a","delta":-3}]

}  // namespace tally
