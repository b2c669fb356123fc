// The file of --config, as text: a part of TOML 1.0 (https://toml.io), and a little more lenient.
//
//     share-interval = "500ms"    # a comment stands behind anything
//     [server]                    # a section
//     id = 'a#1'                  # "..." knows \" and \\, '...' takes everything as it stands
//     threads = 2                 # no quotes are needed around what has no blank, quote, comma, bracket or #
//     balancer = ["http://10.0.0.1:7070", "http://10.0.0.2:7070"]    # a list, over several lines too
//
// Whatever else TOML has is refused, never taken for something else. What keys mean is in option_values.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tally {

struct FileOption {
  std::string key;
  std::vector<std::string> values;  // more or fewer than one: a list
};

struct FileSection {
  std::string name;  // empty for what stands before all sections, which is always the first
  std::vector<FileOption> options;
};

// The error is Errc::invalid, its detail one line that begins with the number of the line in the text.
Result<std::vector<FileSection>> parse_option_file(std::string_view text);

}  // namespace tally
