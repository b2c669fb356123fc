#include "chaos/resp_connection.h"

#include <charconv>

namespace tally::chaos {

namespace {

std::string command_of(const std::vector<std::string>& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return text;
}

}  // namespace

Error RespConnection::broken() {
  stream_.close();
  return {Errc::unknown_outcome, address_ + " did not reply as a Redis server does."};
}

Result<std::string> RespConnection::ask(const std::vector<std::string>& words) {
  if (!stream_.is_open() && !stream_.connect(address_, port_))
    return Error{Errc::unreachable, address_ + " does not take connections."};
  std::string line;
  if (!stream_.send(command_of(words)) || !stream_.read_line(line) || line.empty()) return broken();
  const char kind = line.front();
  std::string text = line.substr(1);
  if (kind == '+' || kind == ':') return text;
  if (kind == '-') return Error{Errc::invalid, text};
  if (kind != '$') return broken();
  long size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  if (size < 0) return std::string();
  if (!stream_.read_bytes(static_cast<std::size_t>(size) + 2, text)) return broken();
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace tally::chaos
