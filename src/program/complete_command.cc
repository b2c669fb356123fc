#include <cstdlib>
#include <iostream>

#include <unistd.h>

#include "count/counter_name.h"
#include "program/completion.h"
#include "program/options.h"

namespace tally {

namespace {

// A person waits, with a finger on the key: whatever hangs, the process is gone by then.
constexpr unsigned kPatienceS = 1;
constexpr std::uint32_t kMostNames = 200;

std::vector<std::string> ask_names(const std::vector<std::string>& options, const std::string& prefix) {
  std::vector<const char*> arguments{"ls"};
  for (const std::string& option : options) arguments.push_back(option.c_str());
  const auto command =
      parse_command_line(arguments, [](const char* name) -> const char* { return std::getenv(name); });
  const auto* const ask = command ? std::get_if<AskOptions>(&*command) : nullptr;
  if (ask == nullptr) return {};
  FailoverClient client(ask->client);
  auto names = client.names(prefix, kMostNames);
  if (!names) return {};
  // Whatever a server says, a name is one word of one line.
  std::erase_if(*names, [](const std::string& name) { return !check_counter_name(name); });
  return *std::move(names);
}

std::string_view to_string(Completions::Kind kind) {
  switch (kind) {
    case Completions::Kind::words: return "words";
    case Completions::Kind::files: return "files";
    case Completions::Kind::folders: return "folders";
  }
  return "";
}

}  // namespace

int run_complete(const CompleteOptions& options) {
  alarm(kPatienceS);
  const Completions completions = complete(options.line, ask_names);
  std::cout << to_string(completions.kind) << "\t" << completions.typed << "\n";
  for (const Completions::Word& word : completions.words) std::cout << word.text << "\t" << word.help << "\n";
  std::cout << std::flush;
  return std::cout ? 0 : 1;
}

}  // namespace tally
