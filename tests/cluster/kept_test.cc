// A stream as a disk gives it back.
#include <gtest/gtest.h>

#include "tests/cluster/support.h"

namespace tally {
namespace {

std::vector<NamedEntry> entries_of(const KeptStream& stream) {
  std::vector<NamedEntry> entries;
  for (const KeptEntry& entry : stream.entries()) {
    entries.push_back({std::string(entry.name), entry.total, entry.sequence});
  }
  return entries;
}

TEST(KeptStream, HasTheEntriesOfAllPartsInOrderOfSequence) {
  const std::vector<KeptEntry> entries{{"x", 5, Sequence{4}}, {"y", 1, Sequence{2}}, {"z", 7, Sequence{3}}};
  KeptStream stream;
  stream.add({header(run(2), "b", 0, 6), std::span(entries).first(2), false});
  EXPECT_FALSE(stream.whole());
  stream.add({header(run(2), "b", 0, 6), std::span(entries).subspan(2), true});
  EXPECT_TRUE(stream.whole());
  EXPECT_EQ(stream.header(), header(run(2), "b", 0, 6));
  EXPECT_EQ(entries_of(stream),
            (std::vector<NamedEntry>{{"y", 1, Sequence{2}}, {"z", 7, Sequence{3}}, {"x", 5, Sequence{4}}}));
}

TEST(KeptStream, KeepsNamesThatAreGoodForAPartOnly) {
  KeptStream stream;
  for (const char* word : {"first", "second"}) {
    std::string name(word);
    const KeptEntry entry{name, 1, Sequence{1}};
    stream.add({header(run(2), "b", 0, 1), {&entry, 1}, name == "second"});
    name.assign(name.size(), '?');
  }
  EXPECT_EQ(entries_of(stream).size(), 2U);
  EXPECT_EQ(stream.entries()[0].name.size() + stream.entries()[1].name.size(), 11U);
  for (const KeptEntry& entry : stream.entries()) EXPECT_NE(entry.name[0], '?');
}

}  // namespace
}  // namespace tally
