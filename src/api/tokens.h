// Bearer tokens, as their file keeps them: hashed. A line for each, '#' begins a comment:
//
//     # name    scopes        SHA-256 of the token
//     web       read,write    sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
//
// Two lines may bear one name: a token and the one that takes its place.
//
// One round of SHA-256 without salt is enough, because a token is 256 random bits: there is no dictionary to
// try. NIST SP 800-63B, 5.1.2.2, asks for salt and a slow hash below 112 bits only.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "api/scopes.h"
#include "base/result.h"

namespace tally {

using TokenDigest = std::array<unsigned char, 32>;

TokenDigest digest_of(std::string_view secret);

struct Token {
  std::string name;  // for people, logs included; 1 to 64 bytes of A-Z a-z 0-9 . _ - @
  Scopes scopes;
  TokenDigest digest;
};

inline constexpr std::size_t kMostTokens = 1'000;

// Errc::invalid: "line 3: ...". It repeats nothing of the line, where a secret may stand by mistake.
Result<std::vector<Token>> parse_tokens(std::string_view text);

// A line of the file, with its end. Errc::invalid: not a name.
Result<std::string> token_line(std::string_view name, Scopes scopes, const TokenDigest& digest);

// The token for these random bytes: what its bearer shows.
std::string token_of(const std::array<unsigned char, 32>& random);

// What can be sent behind "Bearer " (RFC 6750, 2.1), in up to kMostSecretBytes.
inline constexpr std::size_t kMostSecretBytes = 512;
bool is_secret(std::string_view text);

// The file that servers of one cluster share: a secret a line, of 32 bytes at least. The first is sent, all
// are taken. Errc::invalid, as above.
Result<std::vector<std::string>> parse_cluster_secrets(std::string_view text);

// Whose digest that is; null: nobody's. Takes as long whichever it is, or none.
const Token* find_token(const std::vector<Token>& tokens, const TokenDigest& digest);

// Takes as long wherever they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace tally
