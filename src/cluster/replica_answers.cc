// What peers ask of a replica, and what it answers.
#include <algorithm>
#include <utility>

#include "cluster/replica.h"

namespace tally {

Replica::Answer Replica::receive_share(Instant now, std::string_view body,
                                       const std::optional<ServerId>& proven) {
  auto part = decode_part(body);
  if (!part) return {part.error(), finish(now, {})};
  if (proven && part->sender.id != *proven) {
    return {Error{Errc::wrong_certificate, "The share says that server '" + part->sender.id.text() +
                                               "' sends it, and the certificate says '" + proven->text() +
                                               "': give each server a certificate of its own id."},
            finish(now, {})};
  }
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
  const std::uint64_t digest = part->digest;
  const std::uint64_t nonce = part->nonce;
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
  if (*whole) {
    tell_of_relay(sender, (*whole)->header, out);
    hear(now, sender, out);  // a stranger becomes a member by a share that could be taken, not by any
  }
  if (digest_.runs().contains(sender.run)) echoes_.arrived(sender.run, nonce, sealed_);
  if (wait) {
    late_.emplace(++late_answers_, LateShare{sender.run, stream, holdings_.mark(stream), digest});
    return {std::string(), finish(now, std::move(out)), late_answers_};
  }
  return {share_answer(sender.run, stream, digest), finish(now, std::move(out))};
}

// Each stream and sender once, or now and then if there are many.
void Replica::tell_of_relay(const Member& sender, const ShareHeader& header, Output& out) {
  constexpr std::size_t kRemembered = 1'000;
  if (header.server == sender.id) return;
  if (relays_.size() == kRemembered) relays_.clear();
  if (!relays_.insert({header.stream, sender.run}).second) return;
  out.notices.push_back("Server '" + sender.id.text() + "' at " + sender.url + " passes on what server '" +
                        header.server.text() + "' counted in run " + header.stream.text() + ".");
}

// Brief or not, it names what an echo speaks of: our own open stream, and what equal digests leave out.
std::string Replica::share_answer(StreamId asker, StreamId stream, std::uint64_t digest) const {
  const bool brief = digest == digest_.value();
  Marks answer = brief ? Marks{members_.self(), true, {}, {}, {}} : marks();
  if (brief) {
    std::set<StreamId> named = digest_.on_the_move();
    named.insert({stream, members_.self().run});
    for (const StreamId one : named) {
      if (const Holdings::Held* held = holdings_.find(one)) answer.marks.push_back(mark_of(one, *held));
    }
  }
  if (ready_) answer.echo = echoes_.echo(asker, sealed_);
  return encode(answer);
}

Replica::Answer Replica::answer_marks(Instant now, std::optional<std::uint64_t> digest, std::uint64_t nonce) {
  // Where nothing has changed the mark says it all: moving it would cost the asker a question more. Whoever
  // waits for a mark has seals of their own.
  const Seal seal = counting_.seal();
  sealed_ = seal.sequence;
  if (!seal.changed.empty()) extend(seal);
  const bool brief = digest == digest_.value();
  Marks answer = brief ? Marks{members_.self(), true, {}, {}, {}} : marks();
  if (brief) {
    for (const auto& [stream, held] : holdings_.all()) {
      if (held.still_ticks < Digest::kQuietRounds) answer.marks.push_back(mark_of(stream, held));
    }
  }
  if (ready_) answer.echo = nonce;
  const Instant through = fresh_through().value_or(now);
  const bool can_say = through != Vouching::kNever && now - through <= kOldestVouched;
  if (ready_ && !brief && can_say) answer.vouched = now - through;
  return {encode(answer), finish(now, {})};
}

Replica::Answer Replica::stream_answer(Instant now, StreamId stream, Sequence after) {
  const Holdings::Held* held = holdings_.find(stream);
  if (held == nullptr) {
    return {Error{Errc::no_such_path, "Nothing is known here of stream " + stream.text() + "."},
            finish(now, {})};
  }
  if (held->stream.tells_since(after))
    return {encode(header_of(stream, *held, after), held->stream.since(after)), finish(now, {})};
  read_backs_.ask(stream, {++late_answers_, after});
  return {std::string(), finish(now, {}), late_answers_};
}

// Of the answer to AskStream, which is a share in one part.
Part Replica::header_of(StreamId stream, const Holdings::Held& held, Sequence after) const {
  const Sequence through = held.stream.mark();
  return {members_.self(),
          0,
          0,
          1,
          digest_.value(),
          {stream, holdings_.server_of(held), std::min(after, through), through},
          {}};
}

// Who only asked is answered, and the stream stays folded.
Result<Output> Replica::read_back(Instant now, const KeptStream& kept) {
  Output out;
  const StreamId stream = kept.header().stream;
  if (const auto checked = holdings_.check_kept(kept); !checked) return checked.error();
  const auto wanted = read_backs_.done(stream);
  const Holdings::Held& held = *holdings_.find(stream);
  for (const auto& [answer, after] : wanted.questions) {
    const auto first =
        std::partition_point(kept.entries().begin(), kept.entries().end(),
                             [after = after](const KeptEntry& entry) { return entry.sequence <= after; });
    out.answers.push_back({answer, encode(header_of(stream, held, after),
                                          std::span<const KeptEntry>(first, kept.entries().end()))});
  }
  if (wanted.to_change) holdings_.unfold(kept);
  return finish(now, std::move(out));
}

void Replica::answer_late(bool all, Output& out) {
  std::erase_if(late_, [&](const auto& late) {
    const LateShare& share = late.second;
    if (!all && holdings_.find(share.stream)->durable < share.through) return false;
    out.answers.push_back({late.first, share_answer(share.sender, share.stream, share.digest)});
    return true;
  });
}

Marks Replica::marks() const {
  Marks marks{
      members_.self(), false, {}, members_.all(), {members_.removed().begin(), members_.removed().end()}};
  marks.continued = members_.continuations();
  for (const auto& [stream, held] : holdings_.all()) {
    marks.marks.push_back(mark_of(stream, held));
  }
  return marks;
}

Mark Replica::mark_of(StreamId stream, const Holdings::Held& held) const {
  const Sequence mark = held.stream.mark();
  return {stream, holdings_.server_of(held), mark, options_.has_disk ? held.durable : mark};
}

}  // namespace tally
