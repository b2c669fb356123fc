#include "store/log_check.h"

#include <algorithm>
#include <cstdint>

#include <boost/crc.hpp>

namespace tally {

namespace {

// A log is blocks of 32 KiB, a block is pieces of records, a piece never crosses into the next block:
//   crc: 4 bytes, of type and payload | length: 2 bytes | type: 1 byte | payload
// Numbers are little-endian. Less than a header's bytes at a block's end are padding.
constexpr std::size_t kBlock = 32768;
constexpr std::size_t kCrc = 4;
constexpr std::size_t kHeader = 7;
// What a disk writes whole or not at all; a multiple of it, mostly.
constexpr std::size_t kSector = 512;

enum Type : char { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

// Castagnoli's.
using Crc = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Rotated and shifted so that a checksum of data that holds checksums stays a good one.
std::uint32_t masked(const Crc& crc) {
  const std::uint32_t sum = crc.checksum();
  return (sum >> 15 | sum << 17) + 0xa282ead8U;
}

std::size_t crc_of(std::string_view piece) { return little_endian(piece.substr(0, kCrc)); }
std::size_t size_of(std::string_view piece) { return kHeader + little_endian(piece.substr(kCrc, 2)); }

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

// The size of the piece that `block` begins with; 0 if that is not a sound one, the first `lost` bytes of its
// checksum aside.
std::size_t sound_piece(std::string_view block, std::size_t lost = 0) {
  if (block.size() < kHeader || block[6] < kFull || block[6] > kLast) return 0;
  const std::size_t size = size_of(block);
  if (size > block.size()) return 0;
  Crc crc;
  crc.process_bytes(block.data() + 6, size - 6);
  return masked(crc) >> 8 * lost == crc_of(block) >> 8 * lost ? size : 0;
}

std::string_view rest_of_block(std::string_view log, std::size_t at) {
  return log.substr(at, kBlock - at % kBlock);
}

std::size_t sound_size(std::string_view log) {
  for (std::size_t at = 0; at < log.size();) {
    const std::string_view block = rest_of_block(log, at);
    const bool padding = block.size() < kHeader && (at + block.size()) % kBlock == 0;
    const std::size_t size = padding ? block.size() : sound_piece(block);
    if (size == 0) return at;
    at += size;
  }
  return log.size();
}

// `block` begins with a piece of which nothing is wrong but its length or its type.
bool is_whole_but_for_its_header(std::string_view block) {
  if (block.size() < kHeader) return false;
  for (const char type : {kFull, kFirst, kMiddle, kLast}) {
    Crc crc;
    crc.process_byte(static_cast<unsigned char>(type));
    if (masked(crc) == crc_of(block)) return true;
    for (const char byte : block.substr(kHeader)) {
      crc.process_byte(static_cast<unsigned char>(byte));
      if (masked(crc) == crc_of(block)) return true;
    }
  }
  return false;
}

bool is_cut_off(std::string_view log, std::size_t at) {
  const std::string_view piece = log.substr(at);
  return piece.size() < kHeader || (size_of(piece) > piece.size() && at % kBlock + size_of(piece) <= kBlock);
}

// Some sector of the piece at `at` was never written.
bool lacks_a_sector(std::string_view log, std::size_t at) {
  const std::string_view block = rest_of_block(log, at);
  const std::size_t first = std::min(kSector - at % kSector, block.size());
  // No checksum is four zeros, but one may begin with less of them.
  if (is_zero(block.substr(0, first)) && (first >= kCrc || sound_piece(block, first) > 0)) return true;
  // The length may be what is missing. No piece that begins a record is smaller.
  const std::size_t size = std::min(std::max(size_of(block), 2 * kHeader), block.size());
  for (std::size_t sector = first; sector < size; sector += kSector) {
    if (is_zero(block.substr(sector, kSector))) return true;
  }
  return false;
}

// In what follows `at`, wherever. The rest of a torn record may: its sectors are written in any order.
bool another_begins_after(std::string_view log, std::size_t at) {
  for (++at; at < log.size(); ++at) {
    const std::string_view block = rest_of_block(log, at);
    if (block.size() < kHeader || (block[6] != kFull && block[6] != kFirst)) continue;
    if (sound_piece(block) > 0) return true;
  }
  return false;
}

bool is_torn(std::string_view log, std::size_t at) {
  return (is_cut_off(log, at) || lacks_a_sector(log, at)) &&
         !is_whole_but_for_its_header(rest_of_block(log, at)) && !another_begins_after(log, at);
}

}  // namespace

LogEnd find_end(std::string_view log) {
  const std::size_t at = sound_size(log);
  return {at, !is_zero(log.substr(at)) && !is_torn(log, at)};
}

}  // namespace tally
