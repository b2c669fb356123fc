#include "api/access.h"

#include <algorithm>
#include <utility>

#include "api/resp_command.h"

namespace tally {

namespace {

Error in_file(const AccessText& text, const Error& error) {
  return {Errc::invalid, text.file + ", " + error.detail};
}

std::string needed(Scopes demands) {
  if (demands == kForServers) {
    return "Only servers of this cluster may ask this: --cluster-token-file gives a server their secret.";
  }
  if (demands == kForAnyToken) return "This needs a token.";
  return "This needs a token with the scope " + to_text(demands) + ".";
}

}  // namespace

Result<AccessRules> make_access_rules(const std::optional<AccessText>& tokens,
                                      const std::optional<AccessText>& cluster) {
  AccessRules rules;
  if (cluster) rules.everybody = {Scope::anyone, Scope::read, Scope::write, Scope::admin};
  if (tokens) {
    rules.everybody = kForAnyone;
    auto parsed = parse_tokens(tokens->text);
    if (!parsed) return in_file(*tokens, parsed.error());
    rules.tokens = std::move(*parsed);
  }
  if (cluster) {
    const auto secrets = parse_cluster_secrets(cluster->text);
    if (!secrets) return in_file(*cluster, secrets.error());
    rules.cluster_secret = secrets->front();
    for (const std::string& secret : *secrets) {
      rules.tokens.push_back({"cluster", kForServers, digest_of(secret)});
    }
  }
  return rules;
}

Bearer bearer_of(const AccessRules& rules, std::string_view secret) {
  if (secret.size() > kMostSecretBytes) return {};
  const Token* const token = find_token(rules.tokens, digest_of(secret));
  if (token == nullptr) return {};
  return {true, token->name, token->scopes};
}

std::string_view bearer_secret(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (!equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return {};
  authorization.remove_prefix(kScheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

Denial deny(Scopes demands, const Bearer* shown) {
  const std::string what = needed(demands);
  const std::string scope = demands == kForAnyToken ? "" : ", scope=\"" + to_text(demands) + "\"";
  if (shown == nullptr) {
    return {{Errc::unauthorized,
             what + " Send it in the header: 'Authorization: Bearer TOKEN'. Nothing was counted."},
            R"(Bearer realm="tally")" + scope};
  }
  if (!shown->known) {
    return {
        {Errc::unauthorized, "The token is not, or no longer, known here. " + what + " Nothing was counted."},
        R"(Bearer realm="tally", error="invalid_token")" + scope};
  }
  return {{Errc::insufficient_scope, "The token '" + shown->name + "' has the scope " +
                                         to_text(shown->scopes) + ". " + what + " Nothing was counted."},
          R"(Bearer realm="tally", error="insufficient_scope")" + scope};
}

}  // namespace tally
