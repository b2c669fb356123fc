#include "client/line_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <unistd.h>

namespace tally {

namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

std::string_view without_carriage_return(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

LineReader::LineReader(int fd, int interrupt_fd, std::size_t longest)
    : fd_(fd), interrupt_fd_(interrupt_fd), longest_(longest), buffer_(kBufferBytes) {}

LineEvent LineReader::next(InputLine& line, Duration patience) {
  if (!partial_line_) partial_.clear();
  while (true) {
    const char* const start = buffer_.data() + begin_;
    const std::size_t unread = end_ - begin_;
    const void* const newline = std::memchr(start, '\n', unread);
    const std::size_t length =
        newline ? static_cast<std::size_t>(static_cast<const char*>(newline) - start) : unread;
    begin_ += length + (newline ? 1 : 0);
    // One byte more than the longest, for the CR of a CRLF.
    partial_.append(start, std::min(length, longest_ + 2 - partial_.size()));
    partial_line_ = partial_line_ || length > 0;
    if (newline || (ended_ && partial_line_)) {
      partial_line_ = false;
      line = {++number_, without_carriage_return(partial_)};
      return LineEvent::line;
    }
    if (ended_) return LineEvent::end;
    if (const LineEvent event = fill(patience); event != LineEvent::line) return event;
  }
}

LineEvent LineReader::fill(Duration patience) {
  std::array<pollfd, 2> inputs{{{fd_, POLLIN, 0}, {interrupt_fd_, POLLIN, 0}}};
  const int timeout_ms = patience < Duration::zero() ? -1 : static_cast<int>(to_ms_rounded_up(patience));
  int ready = 0;
  do {
    ready = poll(inputs.data(), inputs.size(), timeout_ms);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return LineEvent::failed;
  if (inputs[1].revents != 0) return LineEvent::interrupted;
  if (ready == 0) return LineEvent::idle;
  const ssize_t count = read(fd_, buffer_.data(), buffer_.size());
  if (count < 0) return LineEvent::failed;
  ended_ = count == 0;
  begin_ = 0;
  end_ = static_cast<std::size_t>(count);
  bytes_read_ += end_;
  return LineEvent::line;
}

}  // namespace tally
