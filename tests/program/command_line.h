// Command lines as tests write them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "program/options.h"

namespace tally {

using Variables = std::map<std::string, std::string>;

inline Result<Command> parse(const std::vector<std::string>& arguments, const Variables& variables = {}) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return parse_command_line(pointers, [&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

// The detail of the error, which a wrong command line must have: one line.
inline std::string refusal(const std::vector<std::string>& arguments, const Variables& variables = {}) {
  const auto command = parse(arguments, variables);
  if (command) return "(accepted)";
  EXPECT_EQ(command.error().code, Errc::invalid);
  EXPECT_EQ(command.error().detail.find('\n'), std::string::npos) << command.error().detail;
  return command.error().detail;
}

}  // namespace tally
