// Commands as people type them into telnet: words on a line instead of counted strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally {

// Splits a line into `words` as Redis does (sdssplitargs()): blanks part them; "..." may contain blanks, \n
// \r \t \b \a \xHH and any other character behind a backslash; '...' may contain blanks and \'. A quote may
// open within a word, and must close at its end. False where one does not.
//
// Unescapes in place: the words lie in `line`, which is changed.
bool split_inline(std::string& line, std::vector<std::string_view>& words);

}  // namespace tally
