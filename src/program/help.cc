#include "program/help.h"

#include <algorithm>

namespace tally {

namespace {

constexpr OptionGroup kOptionGroups[] = {OptionGroup::main, OptionGroup::limits, OptionGroup::security,
                                         OptionGroup::cluster};

constexpr std::pair<SubcommandGroup, std::string_view> kSubcommandGroups[] = {
    {SubcommandGroup::count, "Count"},
    {SubcommandGroup::look, "Look"},
    {SubcommandGroup::run, "Run"},
    {SubcommandGroup::other, "More"}};

void append_line(std::string& text, std::string left, std::string_view right) {
  left.resize(std::max<std::size_t>(left.size() + 2, 30), ' ');
  text.append("  ").append(left).append(right).append("\n");
}

std::string with_blank(std::string_view text) { return text.empty() ? "" : " " + std::string(text); }

std::string left_of(const Option& option) {
  const std::string letter = option.letter == 0 ? "" : std::string("-") + option.letter + ", ";
  return letter + flag(option) + with_blank(option.value);
}

}  // namespace

std::string_view title_of(OptionGroup group) {
  switch (group) {
    case OptionGroup::main: return "Options";
    case OptionGroup::limits: return "Limits";
    case OptionGroup::security: return "Security";
    case OptionGroup::cluster: return "Cluster";
  }
  return "";
}

std::string general_help() {
  std::string text = "Usage: tally COMMAND [OPTION...]\nA distributed counter.\n";
  for (const auto& [group, title] : kSubcommandGroups) {
    text.append("\n").append(title).append(":\n");
    for (const Subcommand& each : subcommands()) {
      if (each.group == group)
        append_line(text, std::string(each.name) + with_blank(each.arguments), each.help);
    }
  }
  return text +
         "\n'tally help COMMAND' has a command's options and examples, 'man tally' all of it.\n"
         "'tally up' starts a whole Tally on this machine, to try it.\n";
}

std::string help_of(const Subcommand& subcommand) {
  std::string text = "Usage: tally " + std::string(subcommand.name);
  const bool has_options =
      std::ranges::any_of(options(), [&](const Option& option) { return takes(subcommand, option); });
  if (has_options) text.append(" [OPTION...]");
  text.append(with_blank(subcommand.arguments)).append("\nTo ").append(subcommand.help).append(".\n");
  for (const OptionGroup group : kOptionGroups) {
    std::string lines;
    for (const Option& each : options()) {
      if (each.group == group && takes(subcommand, each)) append_line(lines, left_of(each), each.help);
    }
    if (!lines.empty()) text.append("\n").append(title_of(group)).append(":\n").append(lines);
  }
  text.append("\nExamples:\n");
  for (const Example& each : examples()) {
    if (each.subcommand != subcommand.name) continue;
    text.append("  # ").append(each.does).append("\n  ").append(each.command).append("\n");
  }
  if (!has_options) return text;
  if (!subcommand.arguments.empty()) {
    text.append("\nWords that look like options stand behind --: ")
        .append(behind_dashes(subcommand, "-x"))
        .append("\n");
  }
  return text +
         "\nEvery option can also come from a variable (--config from TALLY_CONFIG) or from the file of "
         "--config; "
         "the\nflag comes first, then the variable, then the file.\n";
}

}  // namespace tally
