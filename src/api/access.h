// Who may do what: what a request's Authorization says, and the refusals of RFC 6750.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/scopes.h"
#include "api/tokens.h"
#include "base/error.h"
#include "base/result.h"

namespace tally {

// Constant once made.
struct AccessRules {
  Scopes everybody{Scope::anyone, Scope::read, Scope::write, Scope::admin, Scope::cluster};
  std::vector<Token> tokens{};   // the cluster's secrets are among them
  std::string cluster_secret{};  // what this server shows the others; empty: nothing
};

// From the texts of the token file and the cluster's, where there are such. With tokens everybody may do next
// to nothing; with a cluster's secret alone all but pass for a server. Errc::invalid: "FILE, line 3: ...".
struct AccessText {
  std::string file;  // its name, for errors
  std::string text;
};
Result<AccessRules> make_access_rules(const std::optional<AccessText>& tokens,
                                      const std::optional<AccessText>& cluster);

// Whose a secret is that somebody has shown.
struct Bearer {
  bool known = false;
  std::string name{};
  Scopes scopes{};
};
Bearer bearer_of(const AccessRules& rules, std::string_view secret);

// Of an Authorization field (RFC 6750, 2.1). Empty: it has none; a request's query or body is not looked at.
std::string_view bearer_secret(std::string_view authorization);

// How a request is refused that demands one of these. `shown`: whose secret it has; null: it has none.
struct Denial {
  Error error;            // Errc::unauthorized or Errc::insufficient_scope
  std::string challenge;  // what WWW-Authenticate says (RFC 6750, 3)
};
Denial deny(Scopes demands, const Bearer* shown);

}  // namespace tally
