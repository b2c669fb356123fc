#include "program/new_token.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>

#include <unistd.h>

#include "api/tokens.h"
#include "client/complain.h"
#include "net/file_stamp.h"
#include "net/private_file.h"

namespace tally {

namespace {

Result<std::string> make_token(const NewTokenOptions& options) {
  // The servers would go on with the file as it was: one that is broken is mended first.
  if (net::stamp_of(options.file).size > 0) {
    const auto text = net::read_private_file(options.file);
    if (!text) return text.error();
    const auto tokens = parse_tokens(*text);
    if (!tokens) return Error{Errc::invalid, options.file + ", " + tokens.error().detail};
    if (tokens->size() == kMostTokens) {
      return Error{Errc::full, options.file + " has 1,000 tokens: take out those that nobody uses."};
    }
  }
  std::array<unsigned char, 32> random{};
  if (getentropy(random.data(), random.size()) != 0) {
    return Error{Errc::unavailable,
                 std::string("The system gives no randomness (") + std::strerror(errno) + "): try again."};
  }
  const std::string token = token_of(random);
  const auto line = token_line(options.name, options.scopes, digest_of(token));
  if (!line) return line.error();
  if (const auto added = net::append_to_private_file(options.file, *line); !added) return added.error();
  return token;
}

}  // namespace

int run_new_token(const NewTokenOptions& options) {
  const auto token = make_token(options);
  if (!token) {
    complain(std::cerr, token.error().detail);
    return 1;
  }
  std::cout << *token << std::endl;
  if (std::cout) return 0;
  complain(std::cerr,
           "The token could not be written: take its line, the last, out of " + options.file + ".");
  return 1;
}

}  // namespace tally
