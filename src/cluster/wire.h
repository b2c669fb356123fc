// The messages between counting servers, and their bytes (wire.proto: Protocol Buffers in an envelope with
// version and checksum). Decoding refuses whole what was cut, flipped or is of another version, and changes
// nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/ids.h"
#include "base/member.h"
#include "base/result.h"
#include "cluster/continuation.h"
#include "cluster/stream.h"

namespace tally {

// What a share is about: the entries of one stream that changed in (after, through].
struct ShareHeader {
  StreamId stream;
  ServerId server;  // whose run wrote the stream
  Sequence after;
  Sequence through;
};

struct NamedEntry {
  std::string name;
  std::int64_t total;
  Sequence sequence;
};

// An entry whose counter need not be in the table: on a disk, it is a name.
struct KeptEntry {
  std::string_view name;
  std::int64_t total;
  Sequence sequence;
};

// One part of a share, in order of sequence. A share too large for one body travels in `count` parts.
struct Part {
  Member sender;
  std::uint64_t share;  // the sender's number for the share
  std::uint32_t index;
  std::uint32_t count;
  std::uint64_t digest;
  ShareHeader header;
  std::vector<NamedEntry> entries;
  bool until_durable = false;  // the sender waits: answer once the disk has it, if there is one
  std::uint64_t nonce = 0;     // a question, see Marks::echo; 0: none
};

// How far one holder knows a stream.
struct Mark {
  StreamId stream;
  ServerId server;  // whose run wrote the stream
  Sequence received;
  Sequence durable;
};

// The longest ago that anybody vouches for: times of a clock less this much are times still.
inline constexpr Duration kOldestVouched = std::chrono::hours(24) * 365 * 100;

struct Marks {
  Member sender;
  bool brief;  // what both know to stand still is left out
  std::vector<Mark> marks;
  std::vector<Member> members;
  std::vector<ServerId> removed;
  // The newest of the asker's nonces that arrived before the sender's newest seal was begun: whatever the
  // sender acknowledged before that nonce was sent is within these marks. 0: none yet.
  std::uint64_t echo = 0;
  // Where all marks are named: all that any of `members` acknowledged longer ago than this, when the answer
  // was given, is within them. Not negative. Nothing where the sender cannot say.
  std::optional<Duration> vouched{};
  std::vector<Continuation> continued{};  // by runs of `members`
};

// `part.entries` is ignored: the entries come from a stream as they are held, or kept.
std::string encode(const Part& part, std::span<const Entry> entries);
std::string encode(const Part& part, std::span<const KeptEntry> entries);
std::string encode(const Marks& marks);

// The bytes that `entry` takes in an encoded part, at most.
std::size_t encoded_size(const Entry& entry);

// Errc::malformed with what is wrong; a member or continuation that cannot be used is left out. What they
// return is well-formed: ids and names are valid, URLs as base/server_url.h has them, entries in order of
// sequence and within (after, through], index below count, after not above through.
Result<Part> decode_part(std::string_view bytes);
Result<Marks> decode_marks(std::string_view bytes);

}  // namespace tally
