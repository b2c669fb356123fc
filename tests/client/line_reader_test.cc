#include "client/line_reader.h"

#include <array>
#include <cstdio>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "client/file_descriptor.h"

namespace tally {
namespace {

constexpr Duration kForEver{-1};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    out = FileDescriptor(ends[0]);
    in = FileDescriptor(ends[1]);
  }
  void write(std::string_view text) {
    ASSERT_EQ(::write(in.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  FileDescriptor out;
  FileDescriptor in;
};

// All lines of `text`, which comes from a file.
std::vector<std::string> lines_of(std::string_view text, std::size_t longest = 255) {
  std::FILE* const file = std::tmpfile();
  EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), file), text.size());
  std::rewind(file);
  LineReader reader(fileno(file), -1, longest);
  std::vector<std::string> lines;
  InputLine line;
  while (reader.next(line, kForEver) == LineEvent::line) {
    lines.emplace_back(line.text);
    EXPECT_EQ(line.number, lines.size());
  }
  EXPECT_EQ(reader.bytes_read(), text.size());
  std::fclose(file);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineReader, KnowsEveryWayToEndALine) {
  EXPECT_EQ(lines_of(""), Lines{});
  EXPECT_EQ(lines_of("a\nb\n"), (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("a\nb"), (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("a\r\nb\r\n"), (Lines{"a", "b"}));
  EXPECT_EQ(lines_of("a\r\rb\r\r\n"), (Lines{"a\r\rb\r"}));
  EXPECT_EQ(lines_of("\n\r\n\n"), (Lines{"", "", ""}));
  EXPECT_EQ(lines_of("\n"), (Lines{""}));
  EXPECT_EQ(lines_of(std::string_view("a\0b\n", 4)), (Lines{std::string("a\0b", 3)}));
}

TEST(LineReader, ALineMayCrossManyReads) {
  const std::string long_line(300'000, 'x');
  EXPECT_EQ(lines_of("a\n" + long_line + "\nb\n", 1'000'000), (Lines{"a", long_line, "b"}));
}

TEST(LineReader, KeepsALongLineShortButStillTooLong) {
  const auto lines = lines_of(
      std::string(10'000'000, 'x') + "\n" + std::string(255, 'y') + "\r\n" + std::string(256, 'z') + "\r\n",
      255);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_GT(lines[0].size(), 255U);
  EXPECT_LT(lines[0].size(), 1000U);
  EXPECT_EQ(lines[1], std::string(255, 'y'));
  EXPECT_GT(lines[2].size(), 255U);
}

TEST(LineReader, SaysWhenThereIsNothingForNowAndGoesOnInTheMiddleOfALine) {
  Pipe pipe;
  LineReader reader(pipe.out.get(), -1, 255);
  InputLine line;
  pipe.write("one\ntw");
  EXPECT_EQ(reader.next(line, kForEver), LineEvent::line);
  EXPECT_EQ(line.text, "one");
  EXPECT_EQ(reader.next(line, Duration::zero()), LineEvent::idle);
  pipe.write("o\n");
  EXPECT_EQ(reader.next(line, kForEver), LineEvent::line);
  EXPECT_EQ(line.text, "two");
  EXPECT_EQ(line.number, 2U);
  pipe.in = FileDescriptor();
  EXPECT_EQ(reader.next(line, kForEver), LineEvent::end);
}

TEST(LineReader, AnInterruptComesBeforeTheNextInput) {
  Pipe pipe;
  Pipe interrupt;
  LineReader reader(pipe.out.get(), interrupt.out.get(), 255);
  InputLine line;
  pipe.write("one\n");
  interrupt.write("!");
  EXPECT_EQ(reader.next(line, kForEver), LineEvent::interrupted);
}

TEST(LineReader, AnInputThatCannotBeReadSaysSo) {
  const FileDescriptor folder(open("/", O_RDONLY));
  LineReader reader(folder.get(), -1, 255);
  InputLine line;
  EXPECT_EQ(reader.next(line, kForEver), LineEvent::failed);
}

}  // namespace
}  // namespace tally
