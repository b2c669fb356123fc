// What is left after a power cut: what was synced, and nothing else.
#include "chaos/shadow.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "client/file_descriptor.h"
#include "tests/store/temporary_folder.h"

namespace tally::chaos {
namespace {

namespace fs = std::filesystem;

class AShadow : public testing::Test {
 protected:
  AShadow() {
    for (const char* made : {"data", "pins", "synced"}) fs::create_directory(folder_.path() / made);
  }

  fs::path data(const std::string& name) const { return folder_.path() / "data" / name; }
  void write(const std::string& name, const std::string& content) { std::ofstream(data(name)) << content; }
  void append(const std::string& name, const std::string& more) {
    std::ofstream(data(name), std::ios::app) << more;
  }

  void sync(const std::string& name) {
    const FileDescriptor file(open(data(name).c_str(), O_RDONLY));
    ASSERT_TRUE(shadow_.record(file.get()));
  }

  // Files and folders ("/") after the cut, with their content.
  std::map<std::string, std::string> after_power_cut() {
    const fs::path left = folder_.path() / "left";
    fs::remove_all(left);
    fs::create_directory(left);
    EXPECT_TRUE(shadow_.rebuild(left));
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(left)) {
      std::ifstream file(entry.path());
      found[fs::relative(entry.path(), left)] =
          entry.is_directory() ? "/" : std::string(std::istreambuf_iterator<char>(file), {});
    }
    return found;
  }

  using Left = std::map<std::string, std::string>;
  TemporaryFolder folder_;
  Shadow shadow_{folder_.path() / "data", folder_.path() / "pins", folder_.path() / "synced"};
};

TEST_F(AShadow, KeepsAFileAsItWasAtItsLastSync) {
  write("log", "one ");
  sync("");
  append("log", "two ");
  sync("log");
  append("log", "three");
  EXPECT_EQ(after_power_cut(), (Left{{"log", "one two "}}));
}

TEST_F(AShadow, KeepsTheEndOfAFileThatBecameShorter) {
  write("log", "a long text");
  sync("");
  sync("log");
  write("log", "short");
  sync("log");
  EXPECT_EQ(after_power_cut(), (Left{{"log", "short"}}));
}

TEST_F(AShadow, ForgetsANameThatNoSyncOfItsFolderMadeSafe) {
  write("log", "one");
  sync("log");
  EXPECT_EQ(after_power_cut(), Left());
  sync("");
  EXPECT_EQ(after_power_cut(), (Left{{"log", "one"}}));
}

TEST_F(AShadow, HasAnEmptyFileWhereOnlyTheNameWasSynced) {
  write("log", "one");
  sync("");
  EXPECT_EQ(after_power_cut(), (Left{{"log", ""}}));
}

TEST_F(AShadow, UndoesARenameThatWasNotSynced) {
  write("CURRENT", "old");
  sync("");
  sync("CURRENT");
  write("CURRENT.new", "new");
  sync("CURRENT.new");
  fs::rename(data("CURRENT.new"), data("CURRENT"));
  EXPECT_EQ(after_power_cut(), (Left{{"CURRENT", "old"}}));
  sync("");
  EXPECT_EQ(after_power_cut(), (Left{{"CURRENT", "new"}}));
}

TEST_F(AShadow, BringsBackAFileWhoseRemovalWasNotSyncedWhateverTookItsPlace) {
  write("old", "precious");
  sync("");
  sync("old");
  fs::remove(data("old"));
  write("other", "another");  // its inode must not be the old one's
  sync("other");
  EXPECT_EQ(after_power_cut(), (Left{{"old", "precious"}}));
}

TEST_F(AShadow, KeepsFoldersByTheSameRule) {
  fs::create_directory(data("sub"));
  write("sub/log", "one");
  sync("sub/log");
  sync("sub");
  EXPECT_EQ(after_power_cut(), Left());
  sync("");
  EXPECT_EQ(after_power_cut(), (Left{{"sub", "/"}, {"sub/log", "one"}}));
}

TEST_F(AShadow, HasEverythingOnceEverythingIsRecorded) {
  fs::create_directory(data("sub"));
  write("sub/log", "one");
  write("log", "two");
  ASSERT_TRUE(shadow_.record_all());
  EXPECT_EQ(after_power_cut(), (Left{{"sub", "/"}, {"sub/log", "one"}, {"log", "two"}}));
}

TEST_F(AShadow, RecordsNothingOutsideOfItsFolder) {
  std::ofstream(folder_.path() / "elsewhere") << "one";
  const FileDescriptor file(open((folder_.path() / "elsewhere").c_str(), O_RDONLY));
  EXPECT_TRUE(shadow_.record(file.get()));
  EXPECT_TRUE(fs::is_empty(folder_.path() / "pins"));
}

}  // namespace
}  // namespace tally::chaos
