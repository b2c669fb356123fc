#include "cluster/recovery.h"

#include <algorithm>
#include <utility>

namespace tally {

void Recovery::meet(const Place& peer, StreamId run) {
  const auto [place, fresh] = asked_.try_emplace(peer, Asked{.run = run});
  Asked& asked = place->second;
  const bool was_gone = std::exchange(asked.gone, false);
  if (fresh || (asked.run == run && !was_gone)) return;
  if (asked.busy) {
    asked.newer = run;
  } else {
    asked = {.run = run};
  }
}

void Recovery::ask_again(const Place& peer) {
  const auto [place, fresh] = asked_.try_emplace(peer);
  Asked& asked = place->second;
  if (asked.busy) {
    asked.again = true;
  } else {
    asked = {.run = asked.run};
  }
}

// One question at a time: a newer run is asked once that to the run before it has had its outcome. True if
// there is one, or the question came too early.
bool Recovery::begin_again(Asked& asked) {
  if (!asked.newer && !asked.again) return false;
  asked = {.run = asked.newer.value_or(asked.run)};
  return true;
}

std::vector<Recovery::Question> Recovery::next() {
  std::set<StreamId> being_fetched;
  for (const auto& [peer, asked] : asked_) {
    if (asked.fetching) being_fetched.insert(*asked.fetching);
  }
  std::vector<Question> questions;
  for (auto asked = asked_.begin(); asked != asked_.end();) {
    Asked& peer = asked->second;
    // Another peer, or a share, may have brought it meanwhile.
    std::erase_if(peer.wanted,
                  [this](const auto& want) { return want.second <= holdings_.mark(want.first); });
    if (!peer.busy && peer.told_marks && peer.wanted.empty()) {
      asked = asked_.erase(asked);
      continue;
    }
    if (!peer.busy && !peer.told_marks) {
      peer.busy = true;
      questions.push_back({asked->first, std::nullopt});
    } else if (!peer.busy) {
      for (const auto& [stream, mark] : peer.wanted) {
        if (holdings_.is_folded(stream) || !being_fetched.insert(stream).second) continue;
        peer.busy = true;
        peer.fetching = stream;
        questions.push_back({asked->first, stream, holdings_.mark(stream)});
        break;
      }
    }
    ++asked;
  }
  return questions;
}

void Recovery::told_marks(const Place& peer, StreamId run, const std::vector<Mark>& marks) {
  Asked* const asked = find(peer);
  if (asked == nullptr) return;
  const bool from_newer = asked->newer == run && !asked->again;
  if (!from_newer && begin_again(*asked)) return;
  asked->run = run;
  asked->newer.reset();
  asked->busy = false;
  asked->told_marks = true;
  for (const Mark& mark : marks) {
    if (mark.stream == holdings_.own_run()) continue;  // only we write it
    if (mark.received > holdings_.mark(mark.stream)) asked->wanted[mark.stream] = mark.received;
  }
}

void Recovery::told_stream(const Place& peer, StreamId stream) {
  Asked* const asked = find(peer);
  if (asked == nullptr || begin_again(*asked)) return;
  asked->busy = false;
  asked->fetching.reset();
  asked->wanted.erase(stream);  // also when it was refused: asking again would bring the same
}

void Recovery::put_off(const Place& peer) {
  Asked* const asked = find(peer);
  if (asked == nullptr || begin_again(*asked)) return;
  asked->busy = false;
  asked->fetching.reset();
}

std::set<StreamId> Recovery::wanted_back() const {
  std::set<StreamId> folded;
  for (const auto& [peer, asked] : asked_) {
    for (const auto& [stream, mark] : asked.wanted) {
      if (holdings_.is_folded(stream)) folded.insert(stream);
    }
  }
  return folded;
}

void Recovery::failed(const Place& peer) {
  Asked* const asked = find(peer);
  if (asked == nullptr || begin_again(*asked)) return;
  asked_.erase(peer);
}

void Recovery::follow(const Members& members) {
  for (auto& [peer, asked] : asked_) {
    if (members.peers().contains(peer)) continue;
    asked.gone = true;
    asked.wanted.clear();
  }
  std::erase_if(asked_, [&members](const auto& asked) {
    return asked.second.gone && (!asked.second.busy || members.is_removed(asked.first.first));
  });
}

Recovery::Asked* Recovery::find(const Place& peer) {
  const auto asked = asked_.find(peer);
  if (asked == asked_.end()) return nullptr;
  if (!asked->second.gone) return &asked->second;
  asked_.erase(asked);
  return nullptr;
}

bool Recovery::is_asking(const Place& peer) const {
  const auto asked = asked_.find(peer);
  return asked != asked_.end() && !asked->second.gone;
}

bool Recovery::settled() const {
  return std::all_of(asked_.begin(), asked_.end(), [](const auto& asked) { return asked.second.gone; });
}

}  // namespace tally
