#include "cluster/recovery.h"

namespace tally {

void Recovery::meet(const Place& peer) { asked_.try_emplace(peer); }

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
        if (!being_fetched.insert(stream).second) continue;
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

void Recovery::told_marks(const Place& peer, const std::vector<Mark>& marks) {
  const auto asked = asked_.find(peer);
  if (asked == asked_.end()) return;
  asked->second.busy = false;
  asked->second.told_marks = true;
  for (const Mark& mark : marks) {
    if (mark.received > holdings_.mark(mark.stream)) asked->second.wanted[mark.stream] = mark.received;
  }
}

void Recovery::told_stream(const Place& peer, StreamId stream) {
  const auto asked = asked_.find(peer);
  if (asked == asked_.end()) return;
  asked->second.busy = false;
  asked->second.fetching.reset();
  asked->second.wanted.erase(stream);  // also when it was refused: asking again would bring the same
}

void Recovery::failed(const Place& peer) { asked_.erase(peer); }

}  // namespace tally
