#include "cluster/recovery.h"

namespace tally {

void Recovery::meet(const Place& peer, StreamId run) {
  const auto [place, fresh] = asked_.try_emplace(peer, Asked{.run = run});
  Asked& asked = place->second;
  if (fresh || asked.run == run) return;
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
  const auto asked = asked_.find(peer);
  if (asked == asked_.end()) return;
  const bool from_newer = asked->second.newer == run && !asked->second.again;
  if (!from_newer && begin_again(asked->second)) return;
  asked->second.run = run;
  asked->second.newer.reset();
  asked->second.busy = false;
  asked->second.told_marks = true;
  for (const Mark& mark : marks) {
    if (mark.stream == holdings_.own_run()) continue;  // only we write it
    if (mark.received > holdings_.mark(mark.stream)) asked->second.wanted[mark.stream] = mark.received;
  }
}

void Recovery::told_stream(const Place& peer, StreamId stream) {
  const auto asked = asked_.find(peer);
  if (asked == asked_.end() || begin_again(asked->second)) return;
  asked->second.busy = false;
  asked->second.fetching.reset();
  asked->second.wanted.erase(stream);  // also when it was refused: asking again would bring the same
}

void Recovery::put_off(const Place& peer) {
  const auto asked = asked_.find(peer);
  if (asked == asked_.end() || begin_again(asked->second)) return;
  asked->second.busy = false;
  asked->second.fetching.reset();
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
  const auto asked = asked_.find(peer);
  if (asked == asked_.end() || begin_again(asked->second)) return;
  asked_.erase(asked);
}

void Recovery::follow(const std::map<Place, StreamId>& peers) {
  std::erase_if(asked_, [&peers](const auto& asked) { return !peers.contains(asked.first); });
}

}  // namespace tally
