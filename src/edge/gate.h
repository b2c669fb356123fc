// One loop's view of who may do what: whom a connection proved to be is remembered, so that all but its first
// request cost a comparison and no hash.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api/access.h"
#include "edge/access.h"

namespace tally {

// Whose secret a connection showed last, by the rules of one generation.
struct Visitor {
  std::string secret{};
  Bearer bearer{};
  std::uint64_t generation = 0;  // none yet
};

// Used by its loop's thread.
class Gate {
 public:
  // `access` outlives it.
  explicit Gate(const Access& access)
      : access_(access), everybody_(access.everybody()), rules_(access.rules()) {}

  // Nothing needs to be shown for that.
  bool is_open_to_all(Scopes demands) const { return demands.has_any_of(everybody_); }
  // There are tokens: somebody may do more than everybody may.
  bool knows_tokens() const { return !is_open_to_all(kForAnyToken); }

  // Whose `secret` is, by the rules of now. Once `visitor` has shown it, that allocates nothing.
  const Bearer& recognise(std::string_view secret, Visitor& visitor);
  // The same of what it showed last: a token that was taken out of the file counts no longer.
  const Bearer& recognise(Visitor& visitor) { return recognise(visitor.secret, visitor); }

 private:
  const Access& access_;
  const Scopes everybody_;
  std::shared_ptr<const AccessRules> rules_;
  std::uint64_t generation_ = 0;
};

}  // namespace tally
