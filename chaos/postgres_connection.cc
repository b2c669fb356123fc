#include "chaos/postgres_connection.h"

#include <string_view>

namespace tally::chaos {

namespace {

using namespace std::string_literals;

constexpr std::size_t kIntegerBytes = 4;

std::string integer(std::uint32_t value) {
  std::string bytes;
  for (unsigned shift = 32; shift > 0;) bytes.push_back(static_cast<char>(value >> (shift -= 8)));
  return bytes;
}

std::uint32_t read_integer(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, kIntegerBytes))
    value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

// A length counts itself.
std::string with_length(const std::string& body) {
  return integer(static_cast<std::uint32_t>(body.size() + kIntegerBytes)) + body;
}

// DataRow: a count of columns (two bytes), then each with its length; -1 for null.
std::string first_column(std::string_view row) {
  if (row.size() < 2 + kIntegerBytes) return {};
  const std::uint32_t size = read_integer(row.substr(2));
  return size > row.size() ? std::string() : std::string(row.substr(2 + kIntegerBytes, size));
}

}  // namespace

bool PostgresConnection::connect() {
  constexpr std::uint32_t kVersion = 3 << 16;
  return stream_.connect(address_, port_) &&
         stream_.send(with_length(integer(kVersion) + "user\0tally\0database\0postgres\0\0"s)) &&
         read_reply().has_value();
}

Result<std::string> PostgresConnection::ask(const std::string& statement) {
  if (!stream_.is_open() && !connect()) {
    stream_.close();
    return Error{Errc::unreachable, address_ + " does not take connections."};
  }
  stream_.send("Q" + with_length(statement + "\0"s));
  return read_reply();
}

// Up to ReadyForQuery.
Result<std::string> PostgresConnection::read_reply() {
  std::string value;
  std::string failure;
  std::string head;
  std::string body;
  while (stream_.is_open() && stream_.read_bytes(1 + kIntegerBytes, head) &&
         stream_.read_bytes(read_integer(head.substr(1)) - kIntegerBytes, body)) {
    if (head.front() == 'D') value = first_column(body);
    if (head.front() == 'E') failure = body;
    if (head.front() != 'Z') continue;
    if (!failure.empty()) return Error{Errc::invalid, failure};
    return value;
  }
  return Error{Errc::unknown_outcome, address_ + " did not reply. " + failure};
}

}  // namespace tally::chaos
