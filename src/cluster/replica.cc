#include "cluster/replica.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tally {

Replica::Replica(Member self, ReplicaOptions options, Counting& counting, Instant now)
    : options_(options),
      started_(now),
      counting_(counting),
      members_(std::move(self), options.most_peers),
      holdings_(counting, members_.self().id, members_.self().run),
      backlog_(holdings_, options.has_disk),
      staging_(options.staging),
      sharing_(holdings_, members_, options.part_bytes),
      recovery_(holdings_),
      next_round_(now),
      vouching_(holdings_),
      introduced_(!options.ask_balancers),
      balancers_asked_(!options.ask_balancers) {
  refresh_digest();
}

void Replica::restore(const Roster& kept) {
  const Member& self = members_.self();
  members_.continue_from(kept.folder().left_behind_at_others_than(self.url));
  folder_run_ = kept.folder().next();
  backlog_.add_folder_run(*folder_run_, {self.run, self.url});
  for (const ServerId& id : kept.removed()) members_.remove(id);
  for (const Member& member : kept.members()) {
    if (!members_.learn(member)) continue;
    recovery_.meet({member.id, member.url}, member.run);
    introduced_ = true;
  }
  members_changed(started_);
}

void Replica::restore(const KeptPart& part) {
  holdings_.restore(part, members_);
  if (!part.last) return;
  if (part.header.server == members_.self().id) own_runs_.kept(part.header.stream);
  refresh_digest();
}

Output Replica::tick(Instant now) {
  Output out;
  if (now >= next_round_) {
    next_round_ = now + options_.share_interval;
    digest_.tick();
    holdings_.tick();
    seal();
    backlog_.retry();
    refresh_digest();
    staging_.sweep(digest_.runs(), now);
    echoes_.sweep(digest_.runs());
    holdings_.fold_ended(members_);
    if (ready_) {
      send_all(sharing_.begin_round(digest_.value(), nonce_of(now), false), out);
      for (const StreamId stream : sharing_.wanted_back()) read_backs_.want(stream);
      ask_who_vouches_for_the_missing(now);
    }
  }
  return finish(now, std::move(out));
}

Output Replica::confirm(Instant now, bool by_disk, bool by_peers) {
  disk_awaited_ |= by_disk && options_.has_disk;
  peers_awaited_ |= by_peers;
  return finish(now, {});
}

Output Replica::refresh(Instant now) {
  refresh_ = true;
  return finish(now, {});
}

Output Replica::flush(Instant now) {
  Output out;
  const Member& self = members_.self();
  if (!std::exchange(stopping_, true) && folder_run_) {
    backlog_.add_folder_run(*folder_run_, {self.run, self.url, true});
  }
  seal();
  send_all(sharing_.begin_round(digest_.value(), nonce_of(now), true), out);
  return finish(now, std::move(out));
}

Output Replica::learn(Instant now, const std::vector<Member>& members, const std::vector<ServerId>& removed,
                      bool knows_all) {
  Output out;
  introduced_ |= knows_all;
  learn_all(now, members, removed, {}, out);
  return finish(now, std::move(out));
}

Output Replica::balancers_asked(Instant now) {
  balancers_asked_ = true;
  return finish(now, {});
}

Output Replica::answered(Instant now, std::uint64_t request, const Result<std::string>& body) {
  Output out;
  const auto asked = under_way_.extract(request);
  if (asked.empty()) return finish(now, std::move(out));
  const Place& peer = asked.mapped().to;
  const auto& question = asked.mapped().question;
  if (members_.is_removed(peer.first)) return finish(now, std::move(out));  // it was asked before we knew
  if (const auto* ask = std::get_if<PeerRequest::AskStream>(&question)) {
    answered_stream(peer, *ask, body, out);
    return finish(now, std::move(out));
  }
  // Whatever it has against us its marks will say: that we are removed, say.
  const bool refused = !body && body.error().code == Errc::forbidden;
  if (const auto run = members_.peers().find(peer); refused && run != members_.peers().end()) {
    recovery_.meet(peer, run->second);
  }
  const bool push = std::holds_alternative<PeerRequest::PushShare>(question);
  const auto marks = body ? decode_marks(*body) : Result<Marks>(body.error());
  const bool from_peer = marks && marks->sender.id == peer.first && marks->sender.run != members_.self().run;
  if (!from_peer) {
    const bool later = !body && body.error().code == Errc::unavailable;
    if (push) later ? sharing_.put_off(peer) : sharing_.failed(peer);
    if (!push) recovery_.failed(peer);
    if (!push && !body) sharing_.kept_silent(peer);
    return finish(now, std::move(out));
  }
  take_answer(now, peer, *marks, out);
  if (!push) {
    sharing_.told(peer, *marks);
    recovery_.told_marks(peer, marks->sender.run, marks->marks);
  } else if (auto parcel = sharing_.answered(peer, *marks)) {
    send(std::move(parcel->to), PeerRequest::PushShare{std::move(parcel->body)}, out);
  }
  return finish(now, std::move(out));
}

void Replica::answered_stream(const Place& peer, const PeerRequest::AskStream& ask,
                              const Result<std::string>& body, Output& out) {
  const auto part = body ? decode_part(*body) : Result<Part>(body.error());
  if (!part || part->header.stream != ask.stream || part->count != 1) return recovery_.failed(peer);
  const auto taken = take(part->header, part->entries);
  if (!taken) warn_of_share(peer, taken.error(), out);
  const bool later = !taken && taken.error().code == Errc::unavailable;
  later ? recovery_.put_off(peer) : recovery_.told_stream(peer, ask.stream);
}

void Replica::take_answer(Instant now, const Place& peer, const Marks& marks, Output& out) {
  introduced_ = true;
  hear(now, marks.sender, out);
  learn_all(now, marks.members, marks.removed, marks.continued, out);
  warn_of_fork(marks, out);
  for (const Mark& mark : marks.marks) {
    const bool of_ours = mark.server == members_.self().id && mark.stream != members_.self().run;
    if (of_ours && options_.has_disk) own_runs_.told(mark.stream);
  }
  vouch(now, peer, marks);
}

Output Replica::written(Instant now) {
  Output out;
  backlog_.written();
  answer_late(false, out);
  return finish(now, std::move(out));
}

Output Replica::not_written(Instant now) {
  Output out;
  backlog_.not_written();
  answer_late(true, out);
  return finish(now, std::move(out));
}

Replica::Held Replica::held() const {
  const Holdings::Held* own = holdings_.find(members_.self().run);
  return {own == nullptr ? Sequence{0} : own->durable, sharing_.durable_marks()};
}

bool Replica::shared() const {
  const Holdings::Held* own = holdings_.find(members_.self().run);
  if (own == nullptr) return true;
  const bool somebody_has_it = members_.peers().empty() || sharing_.furthest() >= own->stream.changed();
  return somebody_has_it && sharing_.reached(own->stream.changed());
}

void Replica::seal() { extend(counting_.seal()); }

void Replica::extend(const Seal& seal) {
  const Sequence before = holdings_.own_mark();
  sealed_ = seal.sequence;
  sealed_adds_.sealed(seal.sequence, seal.adds);
  holdings_.extend(seal);
  if (holdings_.own_mark() > before) backlog_.add(members_.self().run);
}

Result<void> Replica::take(const ShareHeader& header, const std::vector<NamedEntry>& entries) {
  const bool known = holdings_.mark(header.stream) > Sequence{0};
  const auto taken = holdings_.take(header, entries);
  if (!taken && taken.error().code == Errc::unavailable) read_backs_.want(header.stream);
  if (!taken) return taken.error();
  if (*taken != Holdings::Verdict::taken) return {};
  if (!known && digest_.depends_on(header.stream)) refresh_digest();
  digest_.moved(header.stream);
  vouching_.reached(header.stream);
  backlog_.add(header.stream);
  return {};
}

void Replica::hear(Instant now, const Member& member, Output& out) {
  if (member.run == members_.self().run) return;        // we met ourselves, at another of our URLs
  if (members_.is_over(member.id, member.run)) return;  // its last words, late
  if (!has_room_for(member, out)) return;
  // Only its own words prove that it runs: others may still name an earlier run of ours, at another URL.
  if (member.id == members_.self().id && own_runs_.lives(member.run)) {
    out.alarms.push_back(
        {AlarmKind::duplicate_id, "Another server with this server's id '" + member.id.text() + "' runs at " +
                                      member.url + ". Both are counted, but give one of them another id."});
  }
  if (!members_.hear(member)) return;
  meet(member);
  members_changed(now);
}

void Replica::members_changed(Instant now) {
  recovery_.follow(members_);
  vouching_.follow(members_.peers(), now);
  refresh_digest();
}

// A member that was not known, or a run of one that was not: it is asked, and remembered.
void Replica::meet(const Member& member) {
  recovery_.meet({member.id, member.url}, member.run);
  backlog_.add(member);
}

bool Replica::has_room_for(const Member& member, Output& out) {
  if (members_.has_room_for(member)) return true;
  if (!std::exchange(full_, true)) {
    out.alarms.push_back({AlarmKind::too_many_members,
                          "This server knows " + std::to_string(members_.peers().size()) +
                              " others, as many as it may, and leaves out '" + member.id.text() + "' at " +
                              member.url + " and whoever comes after. Remove those that are gone for good."});
  }
  return false;
}

void Replica::warn_of_share(const Place& from, const Error& why, Output& out) {
  if (why.code == Errc::unavailable) return;  // it comes again
  out.alarms.push_back(
      {AlarmKind::refused_share, "From '" + from.first.text() + "' at " + from.second + ": " + why.detail});
}

void Replica::warn_of_fork(const Marks& marks, Output& out) {
  for (const Mark& mark : marks.marks) {
    if (mark.stream != members_.self().run || mark.received <= holdings_.own_mark()) continue;
    if (!forks_.insert(marks.sender.run).second) continue;
    out.alarms.push_back(
        {AlarmKind::fork,
         "Server '" + marks.sender.id.text() + "' at " + marks.sender.url + " claims sequence " +
             std::to_string(number(mark.received)) + " of this run's counts, of which only " +
             std::to_string(number(holdings_.own_mark())) +
             " were written: two processes write one stream, or it is out of its mind. Its claim is "
             "ignored; find and stop the other process."});
  }
}

// What peers hold of runs of ours was asked for, and whoever lives under our id had the time to say so.
void Replica::warn_of_rollback(Output& out) {
  for (std::size_t run = own_runs_.forgotten(); run > 0; --run) {
    out.alarms.push_back(
        {AlarmKind::rollback,
         "Others hold counts of an earlier run of this server '" + members_.self().id.text() +
             "' that its data folder does not know: the folder was set back or replaced, or that run ended "
             "before its first commit, or another server with this id runs where it cannot be reached. These "
             "counts come back from the others; what nobody else held is lost. If nobody meant this, find "
             "out what became of the folder."});
  }
}

void Replica::learn_all(Instant now, const std::vector<Member>& members, const std::vector<ServerId>& removed,
                        const std::vector<Continuation>& continued, Output& out) {
  bool changed = false;
  for (const ServerId& id : removed) {
    if (!members_.remove(id)) continue;
    changed = true;
    backlog_.add_removal(id);
    out.alarms.push_back(
        {AlarmKind::removed,
         id == members_.self().id
             ? "This server was removed from its cluster: it answers 403 from now on. Stop it."
             : "Server '" + id.text() + "' was removed. What it shared stays counted."});
  }
  for (const Member& member : members) {
    if (!has_room_for(member, out) || !members_.learn(member)) continue;
    changed = true;
    meet(member);
  }
  for (const Continuation& continuation : continued) {
    if (!members_.hear(continuation)) continue;
    changed = true;
    if (continuation.over.contains(members_.self().run)) warn_of_copy(out);
  }
  if (changed) members_changed(now);
}

void Replica::warn_of_copy(Output& out) {
  out.alarms.push_back({AlarmKind::duplicate_id,
                        "Another server with this server's id '" + members_.self().id.text() +
                            "' was started with a copy of its data folder, and says that this one has "
                            "stopped: the others do not ask it any more. Stop one of them."});
}

void Replica::send(Place to, decltype(Asked::question) question, Output& out) {
  const std::uint64_t id = ++requests_;
  decltype(Asked::question) asked = PeerRequest::PushShare{};  // of what was pushed only the kind is kept
  if (!std::holds_alternative<PeerRequest::PushShare>(question)) asked = question;
  under_way_.emplace(id, Asked{to, std::move(asked)});
  out.requests.push_back({id, std::move(to), std::move(question)});
}

void Replica::send_all(std::vector<Sharing::Parcel> parcels, Output& out) {
  for (Sharing::Parcel& parcel : parcels) {
    send(std::move(parcel.to), PeerRequest::PushShare{std::move(parcel.body)}, out);
  }
}

void Replica::ask_what_is_to_be_asked(Instant now, Output& out) {
  for (Recovery::Question& question : recovery_.next()) {
    if (question.stream) {
      send(std::move(question.to), PeerRequest::AskStream{*question.stream, question.after}, out);
    } else {
      const bool in_full = question.to == asked_of_;
      const auto digest = in_full ? std::nullopt : std::optional(digest_.value());
      send(std::move(question.to), PeerRequest::AskMarks{digest, nonce_of(now)}, out);
    }
  }
}

// Every event ends here: what may be asked is asked, and being ready is decided.
Output Replica::finish(Instant now, Output out) {
  do {
    if (refresh_ && !refreshing_) begin_refreshing(now);
    ask_what_is_to_be_asked(now, out);
    if (refreshing_ && is_refreshed(now)) out.refreshed = std::exchange(refreshing_, std::nullopt)->since;
  } while (refresh_ && !refreshing_);
  const Instant limit = started_ + options_.recovery_limit;
  if (!ready_ && ((balancers_asked_ && recovery_.settled()) || now >= limit)) {
    ready_ = true;
    next_round_ = now;  // who we are should be known at once
  }
  if (ready_ && recovery_.settled()) warn_of_rollback(out);
  if (peers_awaited_ && sharing_.has_idle_peer()) {
    peers_awaited_ = false;
    seal();
    send_all(sharing_.push_own(), out);
  }
  if (backlog_.may_begin() && std::exchange(disk_awaited_, false)) seal();
  out.commit = backlog_.next();
  for (const StreamId stream : recovery_.wanted_back()) read_backs_.want(stream);
  out.read = read_backs_.next();
  out.wake = ready_ ? next_round_ : std::min(next_round_, limit);
  if (refreshing_) out.wake = std::min(out.wake, refreshing_->since + kRefreshLimit);
  return out;
}

}  // namespace tally
