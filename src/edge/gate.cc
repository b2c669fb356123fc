#include "edge/gate.h"

namespace tally {

const Bearer& Gate::recognise(std::string_view secret, Visitor& visitor) {
  if (const std::uint64_t now = access_.generation(); generation_ != now) {
    rules_ = access_.rules();  // of that generation, or of a later one, which the next call sees
    generation_ = now;
  }
  if (visitor.generation == generation_ && same_secret(visitor.secret, secret)) return visitor.bearer;
  visitor.bearer = bearer_of(*rules_, secret);
  // What can be no token is not kept; it stands for itself all the same, since nobody's is empty.
  if (visitor.secret.data() != secret.data()) {
    visitor.secret = secret.size() <= kMostSecretBytes ? std::string(secret) : std::string();
  }
  visitor.generation = generation_;
  return visitor.bearer;
}

}  // namespace tally
