#include "api/tokens.h"

#include <algorithm>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "api/text.h"

namespace tally {

namespace {

constexpr std::string_view kDigestMark = "sha256:";
constexpr std::size_t kMostNameBytes = 64;
constexpr std::size_t kLeastSecretBytes = 32;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool all_are(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMostNameBytes && all_are(text, "._-@");
}

std::string hexadecimal(const TokenDigest& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::optional<unsigned> digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

std::optional<TokenDigest> parse_digest(std::string_view text) {
  TokenDigest digest{};
  if (!text.starts_with(kDigestMark)) return std::nullopt;
  text.remove_prefix(kDigestMark.size());
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto high = digit_of(text[2 * i]);
    const auto low = digit_of(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest[i] = static_cast<unsigned char>(*high << 4U | *low);
  }
  return digest;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (line = trimmed(line); !line.empty(); line = trimmed(line)) {
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

Error wrong(std::string detail) { return {Errc::invalid, std::move(detail)}; }

Error wrong_name() { return wrong("A token's name is 1 to 64 letters, digits and . _ - @."); }

Result<Token> parse_token(const std::vector<std::string_view>& words) {
  if (words.size() != 3) {
    return wrong("A line has three words: a name, scopes such as read,write, and sha256:HEX of the token.");
  }
  if (!is_name(words[0])) return wrong_name();
  const auto scopes = Scopes::parse(words[1]);
  if (!scopes) return scopes.error();
  const auto digest = parse_digest(words[2]);
  if (!digest) {
    return wrong(
        "The third word is sha256: and the 64 hexadecimal digits, in lower case, of the token's SHA-256; the "
        "token itself is nowhere in this file. 'tally token' writes such lines.");
  }
  return Token{std::string(words[0]), *scopes, *digest};
}

// Calls `read`, which returns a Result<void>, with each line that is not empty, without its comment.
template <class Read>
Result<void> read_lines(std::string_view text, Read read) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = take_until(text, '\n');
    line = trimmed(take_until(line, '#'));
    if (line.empty()) continue;
    const Result<void> done = read(line);
    if (!done) return wrong("line " + std::to_string(number) + ": " + done.error().detail);
  }
  return {};
}

}  // namespace

TokenDigest digest_of(std::string_view secret) {
  TokenDigest digest;
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), digest.data());
  return digest;
}

Result<std::vector<Token>> parse_tokens(std::string_view text) {
  std::vector<Token> tokens;
  const auto read = read_lines(text, [&tokens](std::string_view line) -> Result<void> {
    auto token = parse_token(words_of(line));
    if (!token) return token.error();
    if (find_token(tokens, token->digest) != nullptr) return wrong("This token stands in a line before.");
    if (tokens.size() == kMostTokens) return wrong("There are more than 1,000 tokens.");
    tokens.push_back(std::move(*token));
    return {};
  });
  if (!read) return read.error();
  if (tokens.empty()) return wrong("it has no token: make one with 'tally token NAME --scope read,write'.");
  return tokens;
}

Result<std::string> token_line(std::string_view name, Scopes scopes, const TokenDigest& digest) {
  if (!is_name(name)) return wrong_name();
  return std::string(name) + " " + to_text(scopes) + " " + std::string(kDigestMark) + hexadecimal(digest) +
         "\n";
}

std::string token_of(const std::array<unsigned char, 32>& random) { return "tally_" + hexadecimal(random); }

bool is_secret(std::string_view text) {
  return !text.empty() && text.size() <= kMostSecretBytes && all_are(text, "-._~+/=");
}

Result<std::vector<std::string>> parse_cluster_secrets(std::string_view text) {
  std::vector<std::string> secrets;
  const auto read = read_lines(text, [&secrets](std::string_view line) -> Result<void> {
    if (!is_secret(line) || line.size() < kLeastSecretBytes) {
      return wrong("A cluster's secret is 32 to 512 letters, digits and - . _ ~ + / =, drawn at random.");
    }
    if (secrets.size() == kMostTokens) return wrong("There are more than 1,000 secrets.");
    secrets.emplace_back(line);
    return {};
  });
  if (!read) return read.error();
  if (secrets.empty()) return wrong("it has no secret: write one, drawn at random, into its first line.");
  return secrets;
}

const Token* find_token(const std::vector<Token>& tokens, const TokenDigest& digest) {
  const Token* found = nullptr;
  for (const Token& token : tokens) {
    if (CRYPTO_memcmp(token.digest.data(), digest.data(), digest.size()) == 0) found = &token;
  }
  return found;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tally
