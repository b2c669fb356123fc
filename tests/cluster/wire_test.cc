#include "cluster/wire.h"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/heartbeat.h"
#include "base/random.h"
#include "tests/api/random_text.h"
#include "tests/cluster/support.h"

namespace tally {
namespace {

using testing::ElementsAre;

// Small numbers as often as large ones: they take few bytes or many.
std::uint64_t random_number(Random& random) { return random() >> random.below(64); }

Member random_member(Random& random) {
  return {server("s" + std::to_string(random.below(100))),
          {random(), random()},
          url_of("h" + std::to_string(random()) + ":7071")};
}

Part random_part(Random& random) {
  const std::uint64_t after = random_number(random) / 2;
  const std::uint64_t entries = random.below(6);
  const auto index = static_cast<std::uint32_t>(random.below(5));
  const auto count = static_cast<std::uint32_t>(index + 1 + random.below(5));
  Part part{random_member(random),
            random_number(random),
            index,
            count,
            random(),
            header({random(), random()}, "b", after, after + 3 * entries),
            {},
            random.chance(50),
            random_number(random)};
  std::uint64_t sequence = after + 1;
  for (std::uint64_t i = 0; i < entries; ++i) {
    part.entries.push_back(
        {random_name(random), static_cast<std::int64_t>(random_number(random)), Sequence{sequence}});
    if (random.chance(50)) part.entries.back().total *= -1;
    sequence += random.below(4);
  }
  return part;
}

Marks random_marks(Random& random) {
  Marks marks{random_member(random), random.chance(50), {}, {}, {}};
  for (std::uint64_t i = random.below(4); i > 0; --i) {
    const std::uint64_t received = random_number(random);
    marks.marks.push_back({{random(), random()}, server("c"), Sequence{received}, Sequence{received / 2}});
  }
  for (std::uint64_t i = random.below(4); i > 0; --i) marks.members.push_back(random_member(random));
  for (std::uint64_t i = random.below(3); i > 0; --i)
    marks.removed.push_back(server("r" + std::to_string(i)));
  marks.echo = random_number(random);
  if (random.chance(50)) {
    const auto most = static_cast<std::uint64_t>(kOldestVouched.count());
    marks.vouched = Duration(static_cast<Duration::rep>(random_number(random) % (most + 1)));
  }
  for (std::uint64_t left = random.below(3); left > 0; --left) {
    Continuation continuation{{random(), random()}, {}};
    for (std::uint64_t runs = random.below(4); runs > 0; --runs) {
      continuation.over.insert({random(), random()});
    }
    marks.continued.push_back(std::move(continuation));
  }
  return marks;
}

std::string small_part() {
  return Names().encode({member("a", 1), 7, 0, 2, 42, header(run(1), "a", 3, 5), {{"x", -5, Sequence{4}}}});
}

Marks small_marks() {
  return {member("a", 1),
          true,
          {{run(2), server("b"), Sequence{4}, Sequence{3}}},
          {member("b", 2)},
          {server("c")}};
}

void expect_malformed(std::string_view bytes) {
  const auto part = decode_part(bytes);
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::malformed);
  const auto marks = decode_marks(bytes);
  ASSERT_FALSE(marks);
  EXPECT_EQ(marks.error().code, Errc::malformed);
}

// Why a part was refused.
std::string refusal(const Part& part) {
  const auto decoded = decode_part(Names().encode(part));
  return decoded ? "" : decoded.error().detail;
}

TEST(Wire, WhatIsEncodedIsDecoded) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random random(seed);
    const Part part = random_part(random);
    const auto decoded = decode_part(Names().encode(part));
    ASSERT_TRUE(decoded) << "seed " << seed << ": " << decoded.error().detail;
    ASSERT_EQ(*decoded, part) << "seed " << seed;
    const Marks marks = random_marks(random);
    ASSERT_EQ(decode_marks(encode(marks)).value(), marks) << "seed " << seed;
  }
}

TEST(Wire, NamesAndTotalsKeepTheirExtremes) {
  const Part part{
      member("a", 1),
      0,
      0,
      1,
      0,
      header(run(1), "a", 0, ~std::uint64_t{0}),
      {{std::string(255, 'n'), std::numeric_limits<std::int64_t>::min(), Sequence{1}},
       {"\xf4\x8f\xbf\xbf", std::numeric_limits<std::int64_t>::max(), Sequence{~std::uint64_t{0}}}}};
  EXPECT_EQ(decode_part(Names().encode(part)).value(), part);
}

TEST(Wire, AnyFlippedBitIsRefused) {
  for (std::string bytes : {small_part(), encode(small_marks())}) {
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      const auto flip = [&] { bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8)); };
      flip();
      expect_malformed(bytes);
      flip();
    }
  }
}

TEST(Wire, AnyMissingEndIsRefused) {
  for (const std::string& bytes : {small_part(), encode(small_marks())}) {
    for (std::size_t size = 0; size < bytes.size(); ++size) expect_malformed(bytes.substr(0, size));
  }
}

TEST(Wire, RandomBytesAreRefused) {
  Random random(1);
  for (int i = 0; i < 2'000; ++i) expect_malformed(random_bytes(random, 200));
}

// What is on the wires between servers of two releases: the bytes are part of the contract.
TEST(Wire, TheBytesAreTheSameForEver) {
  EXPECT_EQ(slow_crc32c("123456789"), 0xe3069283U);
  const auto stream = [](char number) {
    return std::string(7, '\0') + number + std::string(7, '\xff') + static_cast<char>(~number);
  };
  const auto a_member = [&](const std::string& id, char number) {
    return "\x1f\x0a\x01" + id + "\x12\x10" + stream(number) + "\x1a\x08http://" + id;
  };
  EXPECT_EQ(small_part(), envelope("\x0a" + a_member("a", 1) + "\x10\x07\x20\x02\x2a\x10" + stream(1) +
                                   "\x32\x01"
                                   "a\x38\x03\x40\x05\x48\x2a"
                                   "\x52\x07\x0a\x01x\x10\x09\x18\x04"));
  EXPECT_EQ(encode(small_marks()),
            envelope("\x0a" + a_member("a", 1) + "\x10\x01\x1a\x19\x0a\x10" + stream(2) +
                     "\x12\x01"
                     "b\x18\x04\x20\x03"
                     "\x22" +
                     a_member("b", 2) +
                     "\x2a\x01"
                     "c"));
}

TEST(Wire, AnUnknownVersionIsRefusedByItsNumber) {
  std::string bytes = small_part();
  ASSERT_EQ(bytes.substr(0, 2), "\x08\x01");
  bytes[1] = 2;
  expect_malformed(bytes);
  EXPECT_NE(decode_part(bytes).error().detail.find("version 2, this server speaks version 1"),
            std::string::npos);
}

TEST(Wire, AnEnvelopeAroundSomethingElseIsRefused) {
  expect_malformed(envelope(""));
  expect_malformed(envelope("hello"));
  expect_malformed(envelope(small_part()));
  EXPECT_FALSE(decode_marks(small_part())) << "a part is not marks";
  EXPECT_FALSE(decode_part(encode(small_marks())));
}

TEST(Wire, EntriesOutsideTheirShareAreRefused) {
  Part part{
      member("a", 1), 1, 0, 1, 0, header(run(1), "a", 3, 5), {{"x", 1, Sequence{4}}, {"y", 1, Sequence{4}}}};
  EXPECT_EQ(refusal(part), "") << "one seal may change many counters";
  for (const auto& [first, second] :
       std::vector<std::pair<std::uint64_t, std::uint64_t>>{{3, 4}, {4, 6}, {5, 4}}) {
    part.entries[0].sequence = Sequence{first};
    part.entries[1].sequence = Sequence{second};
    EXPECT_NE(refusal(part).find("an entry out of order"), std::string::npos) << first << " " << second;
  }
}

TEST(Wire, APartThatContradictsItselfIsRefused) {
  const Part good{member("a", 1), 1, 0, 1, 0, header(run(1), "a", 3, 5), {}};
  EXPECT_EQ(refusal(good), "");
  Part part = good;
  part.header = header(run(1), "a", 6, 5);
  EXPECT_NE(refusal(part).find("ends before it begins"), std::string::npos);
  part = good;
  part.index = 1;
  EXPECT_NE(refusal(part).find("beyond the last"), std::string::npos);
  part = good;
  part.count = 0;
  EXPECT_NE(refusal(part).find("beyond the last"), std::string::npos);
  part = good;
  part.sender.url.clear();
  EXPECT_NE(refusal(part).find("no server's URL"), std::string::npos);
  part = good;
  part.entries = {{"a\nb", 1, Sequence{4}}};
  EXPECT_NE(refusal(part).find("a bad name"), std::string::npos);
}

TEST(Wire, NobodyVouchesForWhatIsOlderThanACentury) {
  Marks marks = small_marks();
  marks.vouched = kOldestVouched;
  EXPECT_EQ(decode_marks(encode(marks)).value().vouched, kOldestVouched);
  marks.vouched = kOldestVouched + Duration(1);
  EXPECT_FALSE(decode_marks(encode(marks)));
}

TEST(Wire, AMarkThatIsDurableBeforeItIsReceivedIsRefused) {
  Marks marks = small_marks();
  marks.marks[0].durable = Sequence{5};
  const auto decoded = decode_marks(encode(marks));
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().detail.find("durable before it is received"), std::string::npos);
}

TEST(Wire, AMemberThatCannotBeUsedIsLeftOut) {
  const Member good = member("b", 2);
  Marks marks = small_marks();
  marks.members = {{server("x"), run(7), ""},
                   {server("x"), run(7), "ftp://x"},
                   {server("x"), run(7), "http://" + std::string(300, 'x')},
                   good,
                   {server("x"), run(7), "http://x\r\nHost: y"}};
  const auto decoded = decode_marks(encode(marks));
  ASSERT_TRUE(decoded) << decoded.error().detail;
  EXPECT_THAT(decoded->members, ElementsAre(good));
  marks.sender.url = "ftp://x";
  EXPECT_FALSE(decode_marks(encode(marks))) << "who sends it has to be somebody";
}

// Else one heartbeat could make what servers say to each other unreadable.
TEST(Wire, WhateverAHeartbeatMayNameServersCanTellEachOther) {
  const std::vector<std::string> pieces{
      "http://", "https://", "a", "example.org", "[::1]", ":7071",   ":0", ":99999",
      "/",       "@",        "?", "%0a",         "\\n",   "\\u0001", "[",  std::string(64, 'h'),
      ".",       "u:p"};
  Random random(1);
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string url = random.chance(90) ? "http://" : "";
    for (std::uint64_t n = 1 + random.below(6); n > 0; --n) url += pieces[random.below(pieces.size())];
    const std::string its_run = run(2).text();
    const auto heartbeat =
        read_heartbeat(R"({"url":")" + url + R"(","state":"ready","run":")" + its_run +
                       R"(","members":[{"id":"x","run":")" + its_run + R"(","url":")" + url + R"("}]})");
    if (!heartbeat) continue;
    ++taken;
    Marks marks{{server("b"), run(2), heartbeat->url}, false, {}, heartbeat->known.members, {}};
    const auto decoded = decode_marks(encode(marks));
    ASSERT_TRUE(decoded) << url << ": " << decoded.error().detail;
    ASSERT_EQ(*decoded, marks) << url;
  }
  EXPECT_GT(taken, 100);
}

TEST(Wire, FieldsOfALaterVersionAreIgnored) {
  const std::string bytes = small_part();
  const std::string payload = bytes.substr(bytes.find('\x1a') + 2);
  ASSERT_EQ(envelope(payload), bytes);
  const std::string later = "\xfa\x3e\x03new";  // field 1007
  EXPECT_EQ(decode_part(envelope(payload + later)).value(), decode_part(bytes).value());
}

TEST(Wire, AnEntryTakesNoMoreBytesThanItsSizeSays) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    Names names;
    const Sequence sequence{1 + random_number(random) / 2};
    const Entry entry{names(random_name(random)), static_cast<std::int64_t>(random_number(random)), sequence};
    const Part part{member("a", 1), 0, 0, 1, 0, header(run(1), "a", 0, number(sequence)), {}};
    const std::size_t size = encode(part, {&entry, 1}).size() - encode(part, std::span<const Entry>()).size();
    ASSERT_LE(size, encoded_size(entry) + 2) << "two bytes for the envelope, which grew as well";
  }
}

}  // namespace
}  // namespace tally
