// Files that say who may do what, or hold a secret.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

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

// The text of a file of up to 1 MiB. Errc::invalid, in a sentence that begins with the path: it cannot be
// read, is no file, is larger, or may be written by its group or by all, who could then let themselves in.
// Whether others may read it is not looked at: containers mount secrets so.
Result<std::string> read_private_file(const std::string& path);

// Writes `text` behind what is there, in one piece, on a line of its own; a file that is not there is made,
// for its owner alone. Errors as above.
Result<void> append_to_private_file(const std::string& path, const std::string& text);

}  // namespace tally::net
