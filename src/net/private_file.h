// Files that say who may do what, or hold a secret.
#pragma once

#include <string>

#include "base/result.h"

namespace tally::net {

// The text of a file of up to 1 MiB. Errc::invalid, in a sentence that begins with the path: it cannot be
// read, is no file, is larger, or may be written by its group or by all, who could then let themselves in.
// Whether others may read it is not looked at: containers mount secrets so.
Result<std::string> read_private_file(const std::string& path);

// Writes `text` behind what is there, in one piece, on a line of its own; a file that is not there is made,
// for its owner alone. Errors as above.
Result<void> append_to_private_file(const std::string& path, const std::string& text);

}  // namespace tally::net
