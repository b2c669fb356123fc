#include "net/private_file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "net/file_stamp.h"
#include "tests/store/temporary_folder.h"

namespace tally::net {
namespace {

using testing::HasSubstr;

class PrivateFile : public testing::Test {
 protected:
  void write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(path_) << text;
    chmod(path_.c_str(), mode);
  }
  mode_t mode() const {
    struct stat status {};
    EXPECT_EQ(stat(path_.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  TemporaryFolder folder_;
  const std::string path_ = (folder_.path() / "file").string();
};

TEST_F(PrivateFile, IsRead) {
  for (const mode_t mode : {0600, 0400, 0644, 0444}) {
    write("text\n", 0600);
    chmod(path_.c_str(), mode);
    EXPECT_EQ(read_private_file(path_).value(), "text\n");
  }
}

TEST_F(PrivateFile, ThatOthersMayWriteIsRefused) {
  for (const mode_t mode : {0620, 0602, 0666, 0640 | 0020}) {
    write("text\n", mode);
    const auto text = read_private_file(path_);
    ASSERT_FALSE(text);
    EXPECT_THAT(text.error().detail, HasSubstr("chmod go-w"));
    EXPECT_FALSE(append_to_private_file(path_, "more\n"));
  }
}

TEST_F(PrivateFile, ThatIsNoneIsRefusedAndNobodyWaits) {
  EXPECT_THAT(read_private_file(path_).error().detail, HasSubstr("cannot be read"));
  EXPECT_THAT(read_private_file(folder_.path().string()).error().detail, HasSubstr("is no file"));
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THAT(read_private_file(path_).error().detail, HasSubstr("is no file"));
  EXPECT_FALSE(read_private_file("/dev/zero"));
}

TEST_F(PrivateFile, HasAtMostAMebibyte) {
  write(std::string(std::size_t{1} << 20, 'x'));
  EXPECT_TRUE(read_private_file(path_));
  write(std::string((std::size_t{1} << 20) + 1, 'x'));
  EXPECT_THAT(read_private_file(path_).error().detail, HasSubstr("over 1 MiB"));
}

TEST_F(PrivateFile, IsMadeForItsOwnerAlone) {
  const mode_t before = umask(0);
  EXPECT_TRUE(append_to_private_file(path_, "one\n"));
  umask(before);
  EXPECT_EQ(mode(), 0600U);
  EXPECT_TRUE(append_to_private_file(path_, "two\n"));
  EXPECT_EQ(read_private_file(path_).value(), "one\ntwo\n");
}

TEST_F(PrivateFile, GetsWhatIsAddedOnALineOfItsOwn) {
  write("one");
  EXPECT_TRUE(append_to_private_file(path_, "two\n"));
  EXPECT_EQ(read_private_file(path_).value(), "one\ntwo\n");
}

TEST_F(PrivateFile, ThatChangedHasAnotherStamp) {
  const FileStamp none = stamp_of(path_);
  EXPECT_EQ(none, FileStamp{});
  write("one");
  const FileStamp one = stamp_of(path_);
  EXPECT_NE(one, none);
  write("three");
  const FileStamp three = stamp_of(path_);
  EXPECT_NE(three, one);
  EXPECT_EQ(stamp_of(path_), three);
  std::ofstream(path_ + ".new") << "seven";
  std::filesystem::rename(path_ + ".new", path_);
  EXPECT_NE(stamp_of(path_), three) << "a file of the same size took its place";
}

}  // namespace
}  // namespace tally::net
