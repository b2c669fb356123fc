#include "cluster/members.h"

namespace tally {

bool Members::remove(const ServerId& id) {
  const bool news = peers_.remove(id);
  sweep_continuations();
  return news;
}

bool Members::hear(const Continuation& continuation) {
  if (continuation.over.size() > FolderRuns::kMost) return false;
  std::set<ServerId> ids;
  for (const auto& [place, run] : peers()) {
    if (run != continuation.by) continue;
    Continuation& known = continued_[place];
    if (known != continuation) ids.insert(place.first);
    known = continuation;
  }
  for (const ServerId& id : ids) peers_.forget(id, continuation.over);
  sweep_continuations();
  return !ids.empty();
}

void Members::sweep_continuations() {
  const Place own{self_.id, self_.url};
  std::erase_if(continued_,
                [&](const auto& said) { return said.first != own && !peers().contains(said.first); });
}

void Members::continue_from(std::set<StreamId> over) {
  if (!over.empty()) continued_[{self_.id, self_.url}] = {self_.run, std::move(over)};
}

bool Members::is_over(const ServerId& id, StreamId run) const {
  for (auto said = continued_.lower_bound({id, ""}); said != continued_.end() && said->first.first == id;
       ++said) {
    if (said->second.over.contains(run)) return true;
  }
  return false;
}

const Continuation* Members::continuation_of(const Place& place, StreamId run) const {
  const auto said = continued_.find(place);
  return said == continued_.end() || said->second.by != run ? nullptr : &said->second;
}

std::vector<Continuation> Members::continuations() const {
  std::vector<Continuation> continuations;
  for (const Member& member : all()) {
    const Continuation* said = continuation_of({member.id, member.url}, member.run);
    if (said != nullptr) continuations.push_back(*said);
  }
  return continuations;
}

std::size_t Members::other_servers() const {
  std::set<ServerId> ids;
  for (const auto& [place, run] : peers()) ids.insert(place.first);
  ids.erase(self_.id);
  return ids.size();
}

bool Members::has_ended(const ServerId& id, StreamId run) const {
  if (is_removed(id)) return run != self_.run;
  bool named = id == self_.id;
  if (named && run == self_.run) return false;
  for (auto peer = peers().lower_bound({id, ""}); peer != peers().end() && peer->first.first == id; ++peer) {
    if (peer->second == run) return false;
    named = true;
  }
  return named;
}

std::vector<Member> Members::all() const {
  std::vector<Member> members = peers_.members();
  members.insert(members.begin(), self_);
  return members;
}

// In order of place, ourselves among the others. Nothing is copied: this is done for every share interval.
void Members::add_to(Hash64& hash) const {
  const auto add = [&](const Place& place, StreamId run) {
    hash.add(place.first.text()).add(place.second).add(run.high).add(run.low);
    const Continuation* said = continuation_of(place, run);
    if (said == nullptr) return;
    for (const StreamId over : said->over) hash.add(over.high).add(over.low);
  };
  const Place own{self_.id, self_.url};
  const auto after_own = peers().upper_bound(own);
  for (auto peer = peers().begin(); peer != after_own; ++peer) add(peer->first, peer->second);
  add(own, self_.run);
  for (auto peer = after_own; peer != peers().end(); ++peer) add(peer->first, peer->second);
  for (const ServerId& id : removed()) hash.add(id.text());
}

}  // namespace tally
