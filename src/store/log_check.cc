#include "store/log_check.h"

#include <cstdint>
#include <string>

#include <boost/crc.hpp>

namespace tally {

namespace {

// A log is blocks of 32 KiB, a block is records, a record never crosses into the next block:
//   crc: 4 bytes, of type and payload | length: 2 bytes | type: 1 byte | payload
// Numbers are little-endian. Less than a header's bytes at a block's end are padding.
constexpr std::size_t kBlock = 32768;
constexpr std::size_t kHeader = 7;

enum Type : char { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Castagnoli's, rotated and shifted so that a checksum of data that holds checksums stays a good one.
std::uint32_t masked_crc(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t sum = crc.checksum();
  return (sum >> 15 | sum << 17) + 0xa282ead8U;
}

bool has_type(char type) { return type >= kFull && type <= kLast; }

// The size of the record that `block` begins with; 0 if that is not a sound one.
std::size_t sound_record(std::string_view block) {
  if (block.size() < kHeader || !has_type(block[6])) return 0;
  const std::size_t length = little_endian(block.substr(4, 2));
  if (kHeader + length > block.size()) return 0;
  return masked_crc(block.substr(6, 1 + length)) == little_endian(block.substr(0, 4)) ? kHeader + length : 0;
}

// All of `block` is one record but for its length or its type: nothing of it was torn off.
bool is_whole_but_for_its_header(std::string_view block) {
  if (block.size() < kHeader) return false;
  std::string record(block.substr(6));
  for (const char type : {kFull, kFirst, kMiddle, kLast}) {
    record[0] = type;
    if (masked_crc(record) == little_endian(block.substr(0, 4))) return true;
  }
  return false;
}

bool holds_a_sound_record(std::string_view block) {
  for (; block.size() >= kHeader; block.remove_prefix(1)) {
    if (sound_record(block) > 0) return true;
  }
  return false;
}

}  // namespace

std::optional<std::size_t> find_damage(std::string_view log) {
  std::optional<std::size_t> unsound;
  for (std::size_t at = 0; at < log.size(); at += kBlock) {
    std::string_view block = log.substr(at, kBlock);
    const std::size_t whole = block.size();
    if (!unsound) {
      while (const std::size_t size = sound_record(block)) block.remove_prefix(size);
      if (block.size() < kHeader && whole == kBlock) continue;
      if (block.empty()) continue;
      unsound = at + whole - block.size();
      if (is_whole_but_for_its_header(block)) return unsound;
      block.remove_prefix(1);
    }
    if (holds_a_sound_record(block)) return unsound;
  }
  return std::nullopt;
}

}  // namespace tally
