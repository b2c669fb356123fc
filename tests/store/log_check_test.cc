// A torn end and damage, told apart in logs written here byte by byte as RocksDB would.
#include "store/log_check.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/crc.hpp>
#include <gtest/gtest.h>

#include "base/random.h"

namespace tally {
namespace {

constexpr std::size_t kBlock = 32768;
constexpr std::size_t kSector = 512;
constexpr std::size_t kHeader = 7;

std::string piece(char type, const std::string& payload) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_byte(static_cast<unsigned char>(type));
  crc.process_bytes(payload.data(), payload.size());
  const std::uint32_t sum = crc.checksum();
  const std::uint32_t masked = (sum >> 15 | sum << 17) + 0xa282ead8U;
  std::string bytes;
  for (const int shift : {0, 8, 16, 24}) bytes.push_back(static_cast<char>(masked >> shift));
  bytes.push_back(static_cast<char>(payload.size()));
  bytes.push_back(static_cast<char>(payload.size() >> 8));
  return bytes + type + payload;
}

// One record, in as many pieces as the blocks want.
void append(std::string& log, const std::string& record) {
  std::size_t from = 0;
  do {
    std::size_t room = kBlock - log.size() % kBlock;
    if (room < kHeader) {
      log.append(room, '\0');
      room = kBlock;
    }
    const std::string part = record.substr(from, room - kHeader);
    const bool first = from == 0;
    from += part.size();
    const bool last = from == record.size();
    log += piece(first ? last ? 1 : 2 : last ? 4 : 3, part);
  } while (from < record.size());
}

// Random bytes, some of them zeros; the last is not.
std::string record(std::size_t size, Random& random) {
  std::string bytes;
  while (bytes.size() + 1 < size) bytes.push_back(random.chance(20) ? '\0' : static_cast<char>(random()));
  return bytes + '.';
}

std::string with_zeros(std::string log) {
  log.resize((log.size() / 65536 + 1) * 65536);
  return log;
}

struct Log {
  // The second of its two records begins `from` bytes into the file.
  Log(std::size_t from, std::size_t size, Random& random) {
    append(bytes, record(from - kHeader, random));
    acknowledged = bytes.size();
    append(bytes, record(size, random));
  }
  std::string bytes;
  std::size_t acknowledged;
};

TEST(LogCheck, AWholeLogEndsWhereItsRecordsDo) {
  Random random(1);
  for (const std::size_t size : {1, 500, 32761, 32762, 100'000}) {
    const Log log(100, size, random);
    for (const std::string& bytes : {log.bytes, with_zeros(log.bytes)}) {
      EXPECT_EQ(find_end(bytes).at, log.bytes.size());
      EXPECT_FALSE(find_end(bytes).damaged);
    }
  }
  EXPECT_EQ(find_end("").at, 0U);
  EXPECT_EQ(find_end(with_zeros("")).at, 0U);
  EXPECT_FALSE(find_end(with_zeros("")).damaged);
}

// Wherever it begins in its sector, and whichever of its sectors the disk wrote before the power went.
TEST(LogCheck, ARecordThatLacksSectorsIsTorn) {
  Random random(2);
  for (std::size_t from = 3 * kSector - 20; from <= 4 * kSector; ++from) {
    for (const std::size_t size : {20, 507, 1400}) {
      const Log log(from, size, random);
      const std::size_t first = log.acknowledged / kSector;
      const std::size_t sectors = (log.bytes.size() - 1) / kSector + 1 - first;
      for (unsigned lost = 1; lost < 1U << sectors; ++lost) {
        std::string torn = with_zeros(log.bytes);
        for (std::size_t sector = 0; sector < sectors; ++sector) {
          if ((lost >> sector & 1U) == 0) continue;
          const std::size_t begin = std::max(log.acknowledged, (first + sector) * kSector);
          torn.replace(begin, (first + sector + 1) * kSector - begin, (first + sector + 1) * kSector - begin,
                       '\0');
        }
        if (torn.compare(0, log.bytes.size(), log.bytes) == 0) continue;  // what it lacks was zeros
        const LogEnd end = find_end(torn);
        ASSERT_EQ(end.at, log.acknowledged) << "from " << from << ", size " << size << ", lost " << lost;
        ASSERT_FALSE(end.damaged) << "from " << from << ", size " << size << ", lost " << lost;
      }
    }
  }
}

TEST(LogCheck, SoIsOneOfManyBlocks) {
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    const Log log(100 + random.below(40'000), 20'000 + random.below(200'000), random);
    std::string torn = with_zeros(log.bytes);
    const std::uint64_t percent = 1 + random.below(99);
    for (std::size_t at = log.acknowledged; at < log.bytes.size(); at += kSector - at % kSector) {
      if (!random.chance(static_cast<unsigned>(percent))) continue;
      const std::size_t size = kSector - at % kSector;
      torn.replace(at, size, size, '\0');
    }
    const LogEnd end = find_end(torn);
    EXPECT_GE(end.at, log.acknowledged);
    EXPECT_FALSE(end.damaged) << round;
  }
}

TEST(LogCheck, ARecordIsTornOffWithTheFile) {
  Random random(4);
  const Log log(700, 900, random);
  for (std::size_t size = log.acknowledged; size < log.bytes.size(); ++size) {
    EXPECT_EQ(find_end(log.bytes.substr(0, size)).at, log.acknowledged);
    EXPECT_FALSE(find_end(log.bytes.substr(0, size)).damaged) << size;
  }
}

TEST(LogCheck, AnyFlippedBitIsDamage) {
  Random random(5);
  for (const std::size_t from : {100, 509, 32740}) {
    const Log log(from, 600, random);
    for (std::string bytes : {log.bytes, with_zeros(log.bytes)}) {
      for (std::size_t at = from > 1000 ? from - 20 : 0; at < log.bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
          const char sound = bytes[at];
          bytes[at] = static_cast<char>(sound ^ 1 << bit);
          ASSERT_TRUE(find_end(bytes).damaged) << "from " << from << ", byte " << at << ", bit " << bit;
          bytes[at] = sound;
        }
      }
    }
  }
}

TEST(LogCheck, SectorsThatAreMissingBeforeAnotherRecordAreDamage) {
  Random random(6);
  Log log(1000, 2000, random);
  append(log.bytes, record(30, random));
  for (std::size_t sector = 0; sector < 5; ++sector) {
    std::string bytes = with_zeros(log.bytes);
    bytes.replace(sector * kSector, kSector, kSector, '\0');
    EXPECT_TRUE(find_end(bytes).damaged) << sector;
  }
}

TEST(LogCheck, AHeaderOfZerosBeforeBytesThatWereWrittenIsDamage) {
  Random random(7);
  const Log log(100, 300, random);
  std::string bytes = with_zeros(log.bytes);
  bytes.replace(log.acknowledged, kHeader, kHeader, '\0');
  EXPECT_TRUE(find_end(bytes).damaged);
}

}  // namespace
}  // namespace tally
