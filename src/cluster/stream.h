// A stream: everything that one run of one server counted, as far as it is known here.
//
// An entry says, for one counter, its total so far in this stream and the sequence number of its last change.
// The newest entry of a counter is all that is kept: there is no log to replay. The mark says how far the
// stream is known without a gap. A stream that a disk holds can be folded: its entries are then only there.
//
// An entry costs 16 bytes in the log, and 6 to 7 in the index; up to half as many again that were replaced
// may stay behind in the log for a while. Each sequence of which an entry is left costs 16 more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "cluster/place_index.h"

namespace tally {

class Counter;

struct Entry {
  Counter* counter;
  std::int64_t total;
  Sequence sequence;
};

class Stream {
 public:
  explicit Stream(ServerIndex server) : server_(server) {}
  // Folded, as a disk holds it.
  Stream(ServerIndex server, Sequence changed, Sequence mark)
      : server_(server), folded_(true), mark_(mark), changed_(changed) {}

  // Whose run wrote it.
  ServerIndex server() const { return server_; }

  // Everything up to here is known.
  Sequence mark() const { return mark_; }
  // Where it last changed: whoever knows it as far as this lacks nothing of it. 0 if nothing was counted.
  Sequence changed() const { return changed_; }
  bool empty() const { return changed_ == Sequence{0}; }

  // Forgets the entries, until unfold() brings them back as they were, in order of sequence. Meanwhile the
  // stream takes none, and only its mark may move.
  void fold();
  void unfold(const std::vector<Entry>& entries);
  bool folded() const { return folded_; }
  // How many entries are in memory.
  std::size_t size() const { return newest_.size(); }
  // Whether since(after) can be told from memory.
  bool tells_since(Sequence after) const { return !folded_ || after >= changed_; }

  // The newest entry of `counter`; nothing if nothing was counted there, or if it is folded.
  std::optional<Entry> find(const Counter* counter) const;

  // So many counters will be put first, if it is still empty: the index is made for them at once.
  void expect(std::size_t counters);

  // `counter` is about to be put: the index is asked for its place.
  void prefetch(const Counter* counter) const;

  // Takes `entry` as its counter's newest. Its sequence must be past the mark, and at least that of every
  // entry put before. Answers the total that it replaces, 0 if there was none.
  std::int64_t put(const Entry& entry);

  // Everything up to `mark` has been put. Marks never go backwards.
  void advance(Sequence mark);

  // The entries that changed after `after`, oldest change first. Costs what changed since, not what exists.
  // Only where tells_since(after).
  std::vector<Entry> since(Sequence after) const;

 private:
  // An entry without its sequence; a null counter where it was replaced since.
  struct Logged {
    Counter* counter;
    std::int64_t total;
  };
  // From `begin` on, up to the next one's, the log has entries of this sequence.
  struct Step {
    Sequence sequence;
    std::size_t begin;
  };

  void append(const Entry& entry);
  std::optional<std::size_t> slot_of(const Counter* counter) const;  // of newest_
  std::size_t end_of(std::vector<Step>::const_iterator step) const;
  void sweep();
  void index_anew(std::size_t entries);

  ServerIndex server_;
  bool folded_ = false;
  Sequence mark_{0};
  Sequence changed_{0};
  // In order of sequence. What was replaced is swept out when it is half as many as the rest: so it costs a
  // constant amount per put().
  std::deque<Logged> log_;
  std::vector<Step> steps_;
  PlaceIndex newest_;  // by counter: places in log_
};

}  // namespace tally
