#include "edge/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/gate.h"
#include "tests/edge/token_file.h"

namespace tally {
namespace {

using testing::HasSubstr;

TEST(Access, WithoutFilesIsForEverybody) {
  const Access access;
  EXPECT_FALSE(access.has_files());
  const Gate gate(access);
  for (const Scopes demands : {kForAnyone, kForAnyToken, kForReaders, kForAdmins, kForServers}) {
    EXPECT_TRUE(gate.is_open_to_all(demands));
  }
  EXPECT_FALSE(gate.knows_tokens());
  EXPECT_EQ(access.cluster_authorization(), "");
}

TEST(Access, IsNotOpenedWithAFileThatCannotBeTaken) {
  TokenFile file;
  EXPECT_FALSE(Access::open(file.files())) << "there is none";
  file.write("nonsense\n");
  EXPECT_THAT(Access::open(file.files()).error().detail, HasSubstr("tokens, line 1: "));
}

TEST(Access, ReadsAFileAgainOnceItHasChanged) {
  TokenFile file;
  file.write(TokenFile::line("web", "read", "old"));
  const auto access = Access::open(file.files()).value();
  const std::uint64_t before = access->generation();
  access->look();
  EXPECT_EQ(access->generation(), before) << "nothing has changed";
  file.write(TokenFile::line("web", "read", "new"));
  access->look();
  EXPECT_GT(access->generation(), before);
  EXPECT_FALSE(bearer_of(*access->rules(), "old").known);
  EXPECT_TRUE(bearer_of(*access->rules(), "new").known);
}

TEST(Access, KeepsTheTokensThatItHasWhereANewFileIsBroken) {
  TokenFile file;
  file.write(TokenFile::line("web", "read", "old"));
  const auto access = Access::open(file.files()).value();
  for (const char* broken : {"web read\n", "", "# all gone\n"}) {
    file.write(broken);
    access->look();
    EXPECT_TRUE(bearer_of(*access->rules(), "old").known) << broken;
  }
  std::filesystem::remove(file.path());
  access->reload();
  EXPECT_TRUE(bearer_of(*access->rules(), "old").known) << "the file is gone";
}

TEST(Access, ShowsTheFirstSecretOfTheClusterAndTakesAll) {
  TokenFile file;
  const std::string one(40, '1');
  const std::string two(40, '2');
  file.write(one + "\n" + two + "\n");
  const auto access = Access::open({.cluster = file.path()}).value();
  EXPECT_EQ(access->cluster_authorization(), "Bearer " + one);
  EXPECT_TRUE(bearer_of(*access->rules(), two).scopes.has_any_of(kForServers));
  file.write(two + "\n");
  access->look();
  EXPECT_EQ(access->cluster_authorization(), "Bearer " + two);
  EXPECT_FALSE(bearer_of(*access->rules(), one).known);
}

TEST(Gate, KnowsAVisitorAgainUntilTheRulesChange) {
  TokenFile file;
  file.write(TokenFile::line("web", "read", "old") + TokenFile::line("bot", "write", "other"));
  const auto access = Access::open(file.files()).value();
  Gate gate(*access);
  EXPECT_TRUE(gate.knows_tokens());
  EXPECT_TRUE(gate.is_open_to_all(kForAnyone));
  EXPECT_FALSE(gate.is_open_to_all(kForReaders));
  Visitor visitor;
  EXPECT_EQ(gate.recognise("old", visitor).name, "web");
  EXPECT_EQ(gate.recognise("old", visitor).name, "web");
  EXPECT_EQ(gate.recognise(visitor).name, "web");
  EXPECT_EQ(gate.recognise("other", visitor).name, "bot") << "one connection may carry several";
  EXPECT_EQ(gate.recognise("old", visitor).name, "web");
  EXPECT_FALSE(gate.recognise("olx", visitor).known) << "as long as the one before";
  EXPECT_FALSE(gate.recognise("oldx", visitor).known);
  EXPECT_FALSE(gate.recognise(std::string(10'000, 'x'), visitor).known);
  EXPECT_EQ(visitor.secret, "") << "what can be no token is not kept";
  EXPECT_EQ(gate.recognise("old", visitor).name, "web");
  file.write(TokenFile::line("bot", "write", "other"));
  access->look();
  EXPECT_FALSE(gate.recognise(visitor).known) << "it was taken out";
}

TEST(Gate, TellsOneVisitorFromAnother) {
  TokenFile file;
  file.write(TokenFile::line("web", "read", "a") + TokenFile::line("ops", "admin", "b"));
  const auto access = Access::open(file.files()).value();
  Gate gate(*access);
  Visitor web;
  Visitor ops;
  Visitor stranger;
  EXPECT_TRUE(gate.recognise("a", web).known);
  EXPECT_TRUE(gate.recognise("b", ops).scopes.has_any_of(kForAdmins));
  EXPECT_FALSE(gate.recognise(web).scopes.has_any_of(kForAdmins));
  EXPECT_FALSE(gate.recognise(stranger).known) << "who has shown nothing";
}

}  // namespace
}  // namespace tally
