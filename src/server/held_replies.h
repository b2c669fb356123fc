// The replies of one connection that may not leave yet, and those behind them.
//
// Replies that wait for the same are one entry, however many: a burst of adds is counted between two seals,
// so to hold its replies costs what it costs to write them. An entry is late as a whole, at most kNear before
// its last reply would be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "net/holds.h"

namespace tally {

class HeldReplies {
 public:
  static constexpr Duration kNear = std::chrono::milliseconds(50);

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return text_.size() - begin_; }
  std::size_t memory() const { return text_.capacity() + entries_.size() * sizeof(Entry); }

  // Where the next reply is written: `out` while none is held. Once it is, one of the two below is called.
  std::string& tail(std::string& out) { return empty() ? out : text_; }

  // That reply leaves when its turn has come.
  void let_pass();
  // That reply, from `from` on in tail(out), does not leave before `hold` is open, and is late at `late`,
  // which never falls.
  void hold(std::string& out, std::size_t from, net::Hold hold, Instant late);

  // Moves to `out` what may leave; of each late reply what `say_late` appends instead.
  using SayLate = std::function<void(std::string& out, net::Hold hold)>;
  void release(std::string& out, const net::Holds& holds, Instant now, const SayLate& say_late);

  // When the first is late; max: none is held.
  Instant late() const { return empty() ? Instant::max() : entries_.front().late; }

 private:
  // Some replies in a row, up to `end` in text_.
  struct Entry {
    std::size_t end;
    std::size_t replies;
    bool held;  // else only behind such
    net::Hold hold;
    Instant late;
  };

  void append(const Entry& entry);
  void drop_what_left();

  std::deque<Entry> entries_;  // the first is held
  std::string text_;
  std::size_t begin_ = 0;  // what is before it has left
  std::size_t size_ = 0;
};

}  // namespace tally
