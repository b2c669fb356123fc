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
      balancers_asked_(!options.ask_balancers) {
  refresh_digest();
}

void Replica::restore(const Roster& kept) {
  for (const ServerId& id : kept.removed()) members_.remove(id);
  for (const Member& member : kept.members()) {
    if (members_.learn(member)) recovery_.meet({member.id, member.url}, member.run);
  }
  refresh_digest();
}

void Replica::restore(const ShareHeader& header, const std::vector<NamedEntry>& entries) {
  const auto verdict = holdings_.take(header, entries);
  TALLY_CHECK(verdict.has_value() && *verdict == Holdings::Verdict::taken);
  holdings_.durable_through(header.stream, header.through);
  holdings_.fold_if_ended(header.stream, members_);
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
    holdings_.fold_ended(members_);
    if (ready_) {
      send_all(sharing_.begin_round(digest_.value(), false), out);
      for (const StreamId stream : sharing_.wanted_back()) read_backs_.want(stream);
    }
  }
  return finish(now, std::move(out));
}

Output Replica::confirm(Instant now, bool by_disk, bool by_peers) {
  disk_awaited_ |= by_disk && options_.has_disk;
  peers_awaited_ |= by_peers;
  return finish(now, {});
}

Output Replica::flush(Instant now) {
  Output out;
  seal();
  send_all(sharing_.begin_round(digest_.value(), true), out);
  return finish(now, std::move(out));
}

Output Replica::learn(Instant now, const std::vector<Member>& members, const std::vector<ServerId>& removed) {
  Output out;
  learn_all(members, removed, out);
  return finish(now, std::move(out));
}

Output Replica::balancers_asked(Instant now) {
  balancers_asked_ = true;
  return finish(now, {});
}

Replica::Answer Replica::receive_share(Instant now, std::string_view body) {
  auto part = decode_part(body);
  if (!part) return {part.error(), finish(now, {})};
  for (const ServerId& id : {part->sender.id, members_.self().id}) {
    if (members_.is_removed(id)) {
      return {Error{Errc::forbidden,
                    "Server '" + id.text() +
                        "' was removed from this cluster: it neither sends nor takes shares. What it "
                        "had shared before stays counted. Start it with another id to come back."},
              finish(now, {})};
    }
  }
  Output out;
  const Member sender = part->sender;
  const StreamId stream = part->header.stream;
  const bool brief = part->digest == digest_.value();
  bool wait = false;
  const auto whole = staging_.add(std::move(*part), now);
  Result<void> verdict;
  if (!whole) {
    verdict = whole.error();
  } else if (*whole) {
    verdict = take((*whole)->header, (*whole)->entries);
    wait = (*whole)->until_durable && backlog_.will_write(stream);
  }
  if (!verdict) {
    warn_of_share({sender.id, sender.url}, verdict.error(), out);
    return {verdict.error(), finish(now, std::move(out))};
  }
  if (*whole) hear(sender, out);  // a stranger becomes a member by a share that could be taken, not by any
  if (wait) {
    late_.emplace(++late_answers_, LateShare{stream, holdings_.mark(stream), brief});
    return {std::string(), finish(now, std::move(out)), late_answers_};
  }
  return {share_answer(stream, brief), finish(now, std::move(out))};
}

std::string Replica::share_answer(StreamId stream, bool brief) const {
  if (!brief) return encode(marks());
  Marks answer{members_.self(), true, {}, {}, {}};
  if (const Holdings::Held* held = holdings_.find(stream)) answer.marks.push_back(mark_of(stream, *held));
  return encode(answer);
}

std::string Replica::marks_answer(std::optional<std::uint64_t> digest) const {
  if (digest != digest_.value()) return encode(marks());
  Marks answer{members_.self(), true, {}, {}, {}};
  for (const auto& [stream, held] : holdings_.all()) {
    if (held.still_ticks < Digest::kQuietRounds) answer.marks.push_back(mark_of(stream, held));
  }
  return encode(answer);
}

Replica::Answer Replica::stream_answer(Instant now, StreamId stream, Sequence after) {
  const Holdings::Held* held = holdings_.find(stream);
  if (held == nullptr) {
    return {Error{Errc::no_such_path, "Nothing is known here of stream " + stream.text() + "."},
            finish(now, {})};
  }
  if (held->stream.tells_since(after)) return {encode_stream(stream, *held, after), finish(now, {})};
  read_backs_.ask(stream, {++late_answers_, after});
  return {std::string(), finish(now, {}), late_answers_};
}

std::string Replica::encode_stream(StreamId stream, const Holdings::Held& held, Sequence after) const {
  const Sequence through = held.stream.mark();
  const Part header{members_.self(),
                    0,
                    0,
                    1,
                    digest_.value(),
                    {stream, holdings_.server_of(held), std::min(after, through), through},
                    {}};
  return encode(header, held.stream.since(after));
}

Output Replica::answered(Instant now, std::uint64_t request, const Result<std::string>& body) {
  Output out;
  const auto asked = under_way_.extract(request);
  if (asked.empty()) return finish(now, std::move(out));
  const Place& peer = asked.mapped().to;
  const auto& question = asked.mapped().question;

  if (const auto* ask = std::get_if<PeerRequest::AskStream>(&question)) {
    const auto part = body ? decode_part(*body) : Result<Part>(body.error());
    if (!part || part->header.stream != ask->stream || part->count != 1) {
      recovery_.failed(peer);
    } else {
      const auto taken = take(part->header, part->entries);
      if (!taken) warn_of_share(peer, taken.error(), out);
      const bool later = !taken && taken.error().code == Errc::unavailable;
      later ? recovery_.put_off(peer) : recovery_.told_stream(peer, ask->stream);
    }
    return finish(now, std::move(out));
  }

  const bool push = std::holds_alternative<PeerRequest::PushShare>(question);
  const auto marks = body ? decode_marks(*body) : Result<Marks>(body.error());
  const auto refused_by = members_.peers().find(peer);
  if (!body && body.error().code == Errc::forbidden && refused_by != members_.peers().end()) {
    recovery_.meet(
        peer,
        refused_by->second);  // whatever it has against us, its marks will say: that we are removed, say
  }
  const bool from_peer = marks && marks->sender.id == peer.first && marks->sender.run != members_.self().run;
  if (!from_peer) {
    push ? sharing_.failed(peer) : recovery_.failed(peer);
    return finish(now, std::move(out));
  }
  hear(marks->sender, out);
  learn_all(marks->members, marks->removed, out);
  warn_of_fork(*marks, out);
  if (push) {
    if (auto parcel = sharing_.answered(peer, *marks)) {
      send(std::move(parcel->to), PeerRequest::PushShare{std::move(parcel->body)}, out);
    }
  } else {
    sharing_.told(peer, *marks);
    recovery_.told_marks(peer, marks->sender.run, marks->marks);
  }
  return finish(now, std::move(out));
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

// Who only asked is answered, and the stream folded again.
Output Replica::read_back(Instant now, const ShareHeader& header, const std::vector<NamedEntry>& entries) {
  Output out;
  holdings_.unfold(header, entries);
  const Holdings::Held& held = *holdings_.find(header.stream);
  const auto wanted = read_backs_.done(header.stream);
  for (const auto& [answer, after] : wanted.questions) {
    out.answers.push_back({answer, encode_stream(header.stream, held, after)});
  }
  if (!wanted.to_change) holdings_.fold_if_ended(header.stream, members_);
  return finish(now, std::move(out));
}

void Replica::answer_late(bool all, Output& out) {
  std::erase_if(late_, [&](const auto& late) {
    const auto& [stream, through, brief] = late.second;
    if (!all && holdings_.find(stream)->durable < through) return false;
    out.answers.push_back({late.first, share_answer(stream, brief)});
    return true;
  });
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

std::size_t Replica::unshared() const {
  const Holdings::Held* own = holdings_.find(members_.self().run);
  return own == nullptr ? 0 : own->stream.since(sharing_.furthest()).size();
}

Marks Replica::marks() const {
  Marks marks{
      members_.self(), false, {}, members_.all(), {members_.removed().begin(), members_.removed().end()}};
  for (const auto& [stream, held] : holdings_.all()) {
    marks.marks.push_back(mark_of(stream, held));
  }
  return marks;
}

void Replica::seal() {
  const Sequence before = holdings_.own_mark();
  holdings_.extend(counting_.seal());
  if (holdings_.own_mark() > before) backlog_.add(members_.self().run);
}

Result<void> Replica::take(const ShareHeader& header, const std::vector<NamedEntry>& entries) {
  const bool known = holdings_.mark(header.stream) > Sequence{0};
  const auto taken = holdings_.take(header, entries);
  if (!taken && taken.error().code == Errc::unavailable) read_backs_.want(header.stream);
  if (!taken) return taken.error();
  if (*taken != Holdings::Verdict::taken) return {};
  if (!known && digest_.depends_on(header.stream)) refresh_digest();
  backlog_.add(header.stream);
  return {};
}

void Replica::hear(const Member& member, Output& out) {
  if (member.run == members_.self().run) return;  // we met ourselves, at another of our URLs
  if (!has_room_for(member, out)) return;
  // Only its own words prove that it runs: others may still name an earlier run of ours, at another URL.
  if (member.id == members_.self().id && clones_.insert(member.run).second) {
    out.warnings.push_back("Another server with this server's id '" + member.id.text() + "' runs at " +
                           member.url + ". Both are counted, but give one of them another id.");
  }
  if (!members_.hear(member)) return;
  meet(member);
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
    out.warnings.push_back("This server knows " + std::to_string(members_.peers().size()) +
                           " others, as many as it may, and leaves out '" + member.id.text() + "' at " +
                           member.url + " and whoever comes after. Remove those that are gone for good.");
  }
  return false;
}

void Replica::warn_of_share(const Place& from, const Error& why, Output& out) {
  if (why.code == Errc::unavailable) return;  // it comes again
  out.warnings.push_back("From '" + from.first.text() + "' at " + from.second + ": " + why.detail);
}

void Replica::warn_of_fork(const Marks& marks, Output& out) {
  for (const Mark& mark : marks.marks) {
    if (mark.stream != members_.self().run || mark.received <= holdings_.own_mark()) continue;
    if (!forks_.insert(marks.sender.run).second) continue;
    out.warnings.push_back(
        "Server '" + marks.sender.id.text() + "' at " + marks.sender.url + " claims sequence " +
        std::to_string(number(mark.received)) + " of this run's counts, of which only " +
        std::to_string(number(holdings_.own_mark())) +
        " were written: two processes write one stream, or it is out of its mind. Its claim is "
        "ignored; find and stop the other process.");
  }
}

void Replica::learn_all(const std::vector<Member>& members, const std::vector<ServerId>& removed,
                        Output& out) {
  bool changed = false;
  for (const ServerId& id : removed) {
    if (!members_.remove(id)) continue;
    changed = true;
    backlog_.add_removal(id);
    out.warnings.push_back(
        id == members_.self().id
            ? "This server was removed from its cluster: it answers 403 from now on. Stop it."
            : "Server '" + id.text() + "' was removed. What it shared stays counted.");
  }
  for (const Member& member : members) {
    if (!has_room_for(member, out) || !members_.learn(member)) continue;
    changed = true;
    meet(member);
  }
  if (changed) refresh_digest();
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

// Every event ends here: what may be asked is asked, and being ready is decided.
Output Replica::finish(Instant now, Output out) {
  for (Recovery::Question& question : recovery_.next()) {
    if (question.stream) {
      send(std::move(question.to), PeerRequest::AskStream{*question.stream, question.after}, out);
    } else {
      send(std::move(question.to), PeerRequest::AskMarks{digest_.value()}, out);
    }
  }
  const Instant limit = started_ + options_.recovery_limit;
  if (!ready_ && ((balancers_asked_ && recovery_.settled()) || now >= limit)) {
    ready_ = true;
    next_round_ = now;  // who we are should be known at once
  }
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
  return out;
}

Mark Replica::mark_of(StreamId stream, const Holdings::Held& held) const {
  const Sequence mark = held.stream.mark();
  return {stream, holdings_.server_of(held), mark, options_.has_disk ? held.durable : mark};
}

}  // namespace tally
