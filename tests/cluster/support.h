// What the tests of src/cluster say often: short names for servers, runs and shares, messages that can be
// compared, and an envelope around whatever nobody honest would send.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cluster/kept.h"
#include "cluster/roster.h"
#include "cluster/wire.h"
#include "count/counting.h"

namespace tally {

inline ServerId server(const std::string& id) { return ServerId::parse(id).value(); }
constexpr StreamId run(std::uint64_t number) { return {number, ~number}; }
inline std::string url_of(const std::string& id) { return "http://" + id; }
inline Place place_of(const std::string& id) { return {server(id), url_of(id)}; }
inline Member member(const std::string& id, std::uint64_t its_run) {
  return {server(id), run(its_run), url_of(id)};
}

inline ShareHeader header(StreamId stream, const std::string& whose, std::uint64_t after,
                          std::uint64_t through) {
  return {stream, server(whose), Sequence{after}, Sequence{through}};
}

// ---- messages, compared field by field

inline bool operator==(const NamedEntry& a, const NamedEntry& b) {
  return std::tie(a.name, a.total, a.sequence) == std::tie(b.name, b.total, b.sequence);
}

inline bool operator==(const ShareHeader& a, const ShareHeader& b) {
  return std::tie(a.stream, a.server, a.after, a.through) == std::tie(b.stream, b.server, b.after, b.through);
}

inline bool operator==(const Part& a, const Part& b) {
  return std::tie(a.sender, a.share, a.index, a.count, a.digest, a.header, a.entries, a.until_durable,
                  a.nonce) == std::tie(b.sender, b.share, b.index, b.count, b.digest, b.header, b.entries,
                                       b.until_durable, b.nonce);
}

inline bool operator==(const Mark& a, const Mark& b) {
  return std::tie(a.stream, a.server, a.received, a.durable) ==
         std::tie(b.stream, b.server, b.received, b.durable);
}

inline bool operator==(const Marks& a, const Marks& b) {
  return std::tie(a.sender, a.brief, a.marks, a.members, a.removed, a.echo, a.vouched, a.continued) ==
         std::tie(b.sender, b.brief, b.marks, b.members, b.removed, b.echo, b.vouched, b.continued);
}

inline void PrintTo(Sequence sequence, std::ostream* out) { *out << number(sequence); }
inline void PrintTo(const NamedEntry& entry, std::ostream* out) {
  *out << entry.name << '=' << entry.total << '@' << number(entry.sequence);
}

// ---- counters, and messages made of them

// The counters of one process.
class Names {
 public:
  Counter* operator()(std::string_view name) { return thread.find_or_insert(name); }

  std::vector<Entry> entries(const std::vector<NamedEntry>& named) {
    std::vector<Entry> entries;
    for (const NamedEntry& entry : named)
      entries.push_back({(*this)(entry.name), entry.total, entry.sequence});
    return entries;
  }

  // As another server would send it.
  std::string encode(const Part& part) { return tally::encode(part, entries(part.entries)); }

  Counting counting{2, 1};
  CountingThread thread{counting};
};

// ---- bytes, written by hand

// CRC-32C (RFC 3720 appendix B.4), bit by bit.
inline std::uint32_t slow_crc32c(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

// What encode() would make of `payload`, a message of wire.proto; nobody asks whether it is one.
inline std::string envelope(std::string_view payload) {
  std::string bytes{'\x08', '\x01', '\x15'};
  const std::uint32_t crc = slow_crc32c(payload);
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>((crc >> shift) & 0xff));
  bytes.push_back('\x1a');
  std::size_t size = payload.size();
  for (; size >= 0x80; size >>= 7) bytes.push_back(static_cast<char>((size & 0x7f) | 0x80));
  bytes.push_back(static_cast<char>(size));
  return bytes.append(payload);
}

// As a disk gives it: one entry a part, in some order.
inline KeptStream kept(const ShareHeader& header, const std::vector<NamedEntry>& entries) {
  KeptStream stream;
  for (std::size_t i = entries.size(); i > 0; --i) {
    const KeptEntry entry{entries[i - 1].name, entries[i - 1].total, entries[i - 1].sequence};
    stream.add({header, {&entry, 1}, i == 1});
  }
  return stream;
}

}  // namespace tally
