// What somebody may do: the scopes of tokens, and what each request demands of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

enum class Scope : std::uint8_t {
  anyone = 1,    // what a stranger may: whether we live
  read = 2,      // values, trees, lists, figures
  write = 4,     // adds, and nothing else; the reply to an add shows the counter's value all the same
  admin = 8,     // removing servers
  cluster = 16,  // to be one of the servers: shares, marks, streams, heartbeats
};

class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) {
    for (const Scope scope : scopes) bits_ |= static_cast<std::uint8_t>(scope);
  }

  constexpr bool has_any_of(Scopes others) const { return (bits_ & others.bits_) != 0; }
  constexpr void add(Scopes others) { bits_ |= others.bits_; }
  constexpr bool operator==(const Scopes&) const = default;

  // "read,write" as people write it, of the scopes that a token can be given: read, write, admin. Admin
  // includes the other two. Errc::invalid, without the words, which may be a secret in the wrong place.
  static Result<Scopes> parse(std::string_view text);

 private:
  std::uint8_t bits_ = 0;
};

// What a request demands: one of these.
inline constexpr Scopes kForAnyone{Scope::anyone};
inline constexpr Scopes kForAnyToken{Scope::read, Scope::write, Scope::admin};
inline constexpr Scopes kForReaders{Scope::read};
inline constexpr Scopes kForWriters{Scope::write};
inline constexpr Scopes kForAdmins{Scope::admin};
inline constexpr Scopes kForServers{Scope::cluster};

// "read,write"; scopes that another includes are not named: "admin".
std::string to_text(Scopes scopes);

}  // namespace tally
