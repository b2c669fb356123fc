// Nonces. One is a time of the asker's own clock, of which nobody else can make anything: it asks "what did
// you acknowledge before you heard this?". Marks answer it, and give it back, once a seal that was begun
// after its arrival has ended. One thread uses it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/duration.h"
#include "base/ids.h"

namespace tally {

inline std::uint64_t nonce_of(Instant time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

// Nothing for 0, which stands for none.
inline std::optional<Instant> time_of(std::uint64_t nonce) {
  if (nonce == 0) return std::nullopt;
  return Instant(Duration(static_cast<Duration::rep>(nonce)));
}

// What others asked.
class Echoes {
 public:
  // Asked by this run, when `sealed` was our newest seal. Nonces of a run grow; one that came before, or
  // late, changes nothing.
  void arrived(StreamId asker, std::uint64_t nonce, Sequence sealed) {
    Asked& asked = askers_[asker];
    if (nonce <= asked.newest) return;
    if (asked.sealed < sealed) asked.echo = asked.newest;
    asked.newest = nonce;
    asked.sealed = sealed;
  }

  // The newest that this run asked before the seal `sealed`, our newest, was begun; 0: none.
  std::uint64_t echo(StreamId asker, Sequence sealed) const {
    const auto asked = askers_.find(asker);
    if (asked == askers_.end()) return 0;
    return asked->second.sealed < sealed ? asked->second.newest : asked->second.echo;
  }

  // Forgets all that `runs` does not name.
  template <class Runs>
  void sweep(const Runs& runs) {
    std::erase_if(askers_, [&](const auto& asker) { return !runs.contains(asker.first); });
  }

 private:
  struct Asked {
    std::uint64_t newest = 0;
    Sequence sealed{0};      // our newest seal when it came
    std::uint64_t echo = 0;  // the newest that an earlier seal answers
  };
  std::map<StreamId, Asked> askers_;
};

}  // namespace tally
