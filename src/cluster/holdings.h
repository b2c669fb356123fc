// Every stream that is known here: our own open one and everybody else's. One thread uses it.
//
// Taking a share is a merge: doing it twice, late or in another order changes nothing. What is taken is in
// the collation trees when take() returns, so marks are never ahead of values.
//
// An ended stream that a disk holds is folded: of its entries only what they add to its server's nodes stays
// in memory. No value and no mark changes by it. What comes late for it needs the totals that it replaces, so
// the stream is unfolded from the disk first.
#pragma once

#include <map>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/kept.h"
#include "cluster/members.h"
#include "cluster/stream.h"
#include "cluster/wire.h"
#include "count/counting.h"

namespace tally {

class Holdings {
 public:
  // What a share turned out to be. Only `taken` changed anything.
  enum class Verdict : std::uint8_t {
    taken,
    known,  // it ends at or before our mark
    gap,    // it begins after our mark: the sender must go back to it
  };

  // `durable` is how far a disk lacks nothing: what is sealed beyond the mark that it keeps is empty, or it
  // would lack that. While the process lives it never falls.
  struct Held {
    Stream stream;
    Sequence on_disk{0};  // the mark that it keeps
    Sequence durable{0};
    unsigned still_ticks = 0;  // since its mark last moved
  };

  Holdings(Counting& counting, const ServerId& self, StreamId run);

  // Our own open stream now reaches to `seal`. As long as nothing was ever counted its mark stays 0.
  void extend(const Seal& seal);

  // Errors (Errc::forbidden), with nothing changed: a share that claims more of our own open stream than we
  // wrote, that files a known stream under another server, or that differs from what is known of it.
  // Errc::unavailable for one that has entries for a folded stream: unfold that first.
  Result<Verdict> take(const ShareHeader& header, const std::vector<NamedEntry>& entries);

  // What a disk kept of a stream that is not known here. Once all parts are there it is known as far as the
  // disk has it; folded, if its end is known.
  void restore(const KeptPart& part, const Members& members);

  // Time passes: every stream has stood still for one tick more.
  void tick();

  // A disk keeps the stream up to `mark` now.
  void durable_through(StreamId stream, Sequence mark);

  // Folds the streams that have ended, that the disk holds as far as we do, and that stood still for some
  // ticks: by then whoever lacked one has it.
  void fold_ended(const Members& members);
  // Folds `stream` at once, if its end is known and the disk holds it.
  void fold_if_ended(StreamId stream, const Members& members);
  // What a disk kept of a folded stream. Errc::internal where that is not what the disk had confirmed: it is
  // not to be trusted.
  Result<void> check_kept(const KeptStream& kept) const;
  // Which was checked.
  void unfold(const KeptStream& kept);
  bool is_folded(StreamId stream) const;

  // Streams, and what those that have ended still cost.
  struct Census {
    std::size_t open = 0;
    std::size_t ended = 0;   // in memory
    std::size_t folded = 0;  // on the disk only
    std::size_t ended_entries = 0;
  };
  Census census(const Members& members) const;

  StreamId own_run() const { return run_; }
  Sequence own_mark() const { return mark(run_); }
  // 0 for a stream that is not known.
  Sequence mark(StreamId stream) const;
  const Held* find(StreamId stream) const;
  // In order of stream ids. Streams of which nothing is known are not there.
  const std::map<StreamId, Held>& all() const { return streams_; }
  const ServerId& server_of(const Held& held) const;

 private:
  static void advance(Held& held, Sequence mark);
  template <class NamedEntries, class Visit>
  void with_counters(const NamedEntries& entries, Visit visit);
  bool may_fold(StreamId stream, const Held& held, const Members& members) const;
  Result<void> check_known_part(const Held& held, const std::vector<NamedEntry>& entries);

  Counting& counting_;
  CountingThread thread_;
  const StreamId run_;
  const ServerIndex self_;
  std::map<StreamId, Held> streams_;

  // Of the stream that is being restored.
  Sequence restored_changed_{0};
  std::vector<Entry> restored_;  // if it is to be unfolded
};

}  // namespace tally
