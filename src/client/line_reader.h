// The lines of any input, in bounded memory, without ever waiting longer for input than one cares to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"

namespace tally {

struct InputLine {
  std::uint64_t number = 0;  // the first is 1
  std::string_view text;     // without its end (LF, CRLF or the end of the input); valid until the next call
};

enum class LineEvent : std::uint8_t {
  line,
  idle,         // no more input for now: `patience` is over
  end,          // of the input
  interrupted,  // `interrupt_fd` became readable
  failed,       // reading failed, errno says why
};

class LineReader {
 public:
  // Does not own the descriptors; `interrupt_fd` may be -1. A line longer than `longest` bytes is cut, but
  // not to so few.
  LineReader(int fd, int interrupt_fd, std::size_t longest);

  // A negative `patience` waits for ever.
  LineEvent next(InputLine& line, Duration patience);

  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  LineEvent fill(Duration patience);  // LineEvent::line: there may be one now

  int fd_;
  int interrupt_fd_;
  std::size_t longest_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what was read and not yet taken, in buffer_
  std::size_t end_ = 0;
  std::string partial_;  // the line so far, from earlier buffers
  bool partial_line_ = false;
  bool ended_ = false;
  std::uint64_t number_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace tally
