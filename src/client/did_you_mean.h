// For whoever mistyped a word: the one that they probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tally {

// " Did you mean 'servers'?", or nothing where no word is near: within one slip (a letter too many, missing,
// wrong, or two of them swapped), or two in a word of more than four letters; or begun by `word`. The
// nearest, and the first of several.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace tally
