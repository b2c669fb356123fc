// The manual: a page for each subcommand and one for `tally` itself, in mdoc (mdoc(7)), made of the tables
// and of prose that people wrote.
#pragma once

#include <string>
#include <string_view>

#include "program/option_table.h"

namespace tally {

// `prose` is mdoc: its first line the date (".Dd November 23, 2026"), then the description, which may go on
// with sections of its own. The pages are tally-NAME(1) and tally(1).
std::string manual_page(const Subcommand& subcommand, std::string_view prose);
std::string manual_overview(std::string_view prose);

}  // namespace tally
