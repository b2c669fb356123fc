#include "client/words.h"

#include "api/decimal.h"
#include "api/text.h"
#include "count/counter_name.h"

namespace tally {

namespace {

Error invalid(std::string detail) { return Error{Errc::invalid, std::move(detail)}; }

Result<std::int64_t> parse_delta(const std::string& text) {
  const auto delta = parse_decimal(text);
  if (delta && fits_int64(*delta)) return static_cast<std::int64_t>(*delta);
  return invalid(quote(text) + " is not a DELTA: write an integer from -2^63 to 2^63-1, such as 5 or -3.");
}

Result<ClientCommand> parse_add(std::span<const std::string> arguments) {
  if (arguments.empty() || arguments.size() > 2) {
    return invalid("'add' takes a NAME and perhaps a DELTA: write 'add NAME [DELTA]'.");
  }
  if (auto good = check_counter_name(arguments[0]); !good) return good.error();
  AddCommand command{.name = arguments[0]};
  if (arguments.size() == 2) {
    const auto delta = parse_delta(arguments[1]);
    if (!delta) return delta.error();
    command.delta = *delta;
  }
  return ClientCommand(std::move(command));
}

Result<std::vector<std::string>> parse_names(const std::string& word,
                                             std::span<const std::string> arguments) {
  if (arguments.empty()) {
    return invalid(quote(word) + " takes one NAME or more: write '" + word + " NAME...'.");
  }
  for (const std::string& name : arguments) {
    if (auto good = check_counter_name(name); !good) return good.error();
  }
  return std::vector<std::string>(arguments.begin(), arguments.end());
}

Result<ClientCommand> parse_list(std::span<const std::string> arguments) {
  if (arguments.size() > 1) return invalid("'ls' takes one PREFIX at most: write 'ls [PREFIX]'.");
  ListCommand command;
  if (!arguments.empty()) command.prefix = arguments[0];
  if (auto good = check_prefix(command.prefix); !good) return good.error();
  return ClientCommand(std::move(command));
}

}  // namespace

Error stands_alone(std::string_view word) {
  const std::string quoted = quote(word);
  return invalid(quoted + " stands alone: write " + quoted + ".");
}

Result<void> check_prefix(std::string_view prefix) {
  if (check_counter_name(std::string(prefix) + "x")) return {};
  return invalid("A prefix is at most 254 bytes of UTF-8 without control characters.");
}

Result<ClientCommand> parse_command(std::span<const std::string> words) {
  if (words.empty()) return invalid("Say what to do: add, get, ls, watch or servers.");
  const auto arguments = words.subspan(1);
  if (words[0] == "add") return parse_add(arguments);
  if (words[0] == "get" || words[0] == "watch") {
    auto names = parse_names(words[0], arguments);
    if (!names) return names.error();
    if (words[0] == "get") return ClientCommand(GetCommand{*std::move(names)});
    return ClientCommand(WatchCommand{*std::move(names)});
  }
  if (words[0] == "ls") return parse_list(arguments);
  if (words[0] == "servers") {
    if (!arguments.empty()) return stands_alone(words[0]);
    return ClientCommand(ServersCommand{});
  }
  return invalid("There is no " + quote(words[0]) + ".");
}

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    char c = line[at];
    const bool blank = c == ' ' || c == '\t' || c == '\r';
    if (quote == 0 && blank) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote != 0 ? c == quote : c == '"' || c == '\'') {
      quote = quote != 0 ? char{0} : c;
      continue;
    }
    if (c == '\\' && quote != '\'' && at + 1 < line.size()) c = line[++at];
    words.back().push_back(c);
  }
  if (quote != 0)
    return invalid(std::string("The quote ") + quote + " is not closed: close it, or write \\" + quote + ".");
  return words;
}

}  // namespace tally
