// Whether a file has changed since somebody looked.
#pragma once

#include <cstdint>
#include <string>

namespace tally::net {

// Differs once a file has another content, apart from a change within the clock's tick that keeps its size.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = -1;  // there is none
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  bool operator==(const FileStamp&) const = default;
};
FileStamp stamp_of(const std::string& path);

}  // namespace tally::net
