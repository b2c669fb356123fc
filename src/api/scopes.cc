#include "api/scopes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "api/text.h"

namespace tally {

namespace {

struct Named {
  std::string_view name;
  Scopes scopes;
};

constexpr Named kNamed[] = {
    {"read", {Scope::read}}, {"write", {Scope::write}}, {"admin", {Scope::admin, Scope::read, Scope::write}}};

}  // namespace

Result<Scopes> Scopes::parse(std::string_view text) {
  Scopes scopes;
  if (text.ends_with(',')) text = {};
  do {
    const std::string_view word = take_until(text, ',');
    const auto named = std::find_if(std::begin(kNamed), std::end(kNamed),
                                    [word](const Named& each) { return each.name == word; });
    if (named == std::end(kNamed)) {
      return Error{Errc::invalid, "The scopes of a token are read, write and admin, with commas between."};
    }
    scopes.add(named->scopes);
  } while (!text.empty());
  return scopes;
}

std::string to_text(Scopes scopes) {
  if (scopes.has_any_of(kForAdmins)) return "admin";
  std::string text;
  const auto name = [&](Scopes one, std::string_view word) {
    if (scopes.has_any_of(one)) text.append(text.empty() ? "" : ",").append(word);
  };
  name(kForReaders, "read");
  name(kForWriters, "write");
  name(kForServers, "cluster");
  return text;
}

}  // namespace tally
