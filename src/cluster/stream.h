// A stream: everything that one run of one server counted, as far as it is known here.
//
// An entry says, for one counter, its total so far in this stream and the sequence number of its last change.
// The newest entry of a counter is all that is kept: there is no log to replay. The mark says how far the
// stream is known without a gap. A stream that a disk holds can be folded: its entries are then only there.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/ids.h"

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
  void unfold(std::vector<Entry> entries);
  bool folded() const { return folded_; }
  // How many entries are in memory.
  std::size_t size() const { return newest_.size(); }
  // Whether since(after) can be told from memory.
  bool tells_since(Sequence after) const { return !folded_ || after >= changed_; }

  // The newest entry of `counter`, nullptr if nothing was counted there, or if it is folded. Valid
  // until the next put().
  const Entry* find(const Counter* counter) const;

  // Takes `entry` as its counter's newest. Its sequence must be past the mark, and at least that of every
  // entry put before. Answers the total that it replaces, 0 if there was none.
  std::int64_t put(const Entry& entry);

  // Everything up to `mark` has been put. Marks never go backwards.
  void advance(Sequence mark);

  // The entries that changed after `after`, oldest change first. Costs what changed since, not what exists.
  // Only where tells_since(after).
  std::vector<Entry> since(Sequence after) const;

 private:
  void compact();

  ServerIndex server_;
  bool folded_ = false;
  Sequence mark_{0};
  Sequence changed_{0};
  // In order of sequence. An entry that was replaced stays behind with a null counter until compact() sweeps
  // it out, which happens when half are such: so it costs a constant amount per put().
  std::vector<Entry> log_;
  std::unordered_map<const Counter*, std::size_t> newest_;  // counter -> place in log_
};

}  // namespace tally
