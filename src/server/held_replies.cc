#include "server/held_replies.h"

#include <algorithm>

#include "net/connection.h"

namespace tally {

namespace {
constexpr std::size_t kKeptBytes = std::size_t{16} * 1024;  // of memory that nothing needs
}

void HeldReplies::let_pass() {
  if (!empty()) append({text_.size(), 1, false, {}, {}});
}

void HeldReplies::hold(std::string& out, std::size_t from, net::Hold hold, Instant late) {
  if (empty()) {
    text_.assign(out, from);
    out.resize(from);
  }
  append({text_.size(), 1, true, hold, late});
}

void HeldReplies::append(const Entry& entry) {
  ++size_;
  if (!empty()) {
    Entry& last = entries_.back();
    if (last.held == entry.held && last.hold == entry.hold && entry.late - last.late <= kNear) {
      last.end = entry.end;
      ++last.replies;
      return;
    }
  }
  entries_.push_back(entry);
}

void HeldReplies::release(std::string& out, const net::Holds& holds, Instant now, const SayLate& say_late) {
  while (!empty()) {
    const Entry& first = entries_.front();
    const bool shut = first.held && !holds.is_open(first.hold);
    if (shut && first.late > now) break;
    if (shut) {
      for (std::size_t i = 0; i < first.replies; ++i) say_late(out, first.hold);
    } else {
      out.append(text_, begin_, first.end - begin_);
    }
    begin_ = first.end;
    size_ -= first.replies;
    entries_.pop_front();
  }
  drop_what_left();
}

// Under load there is always something held: what has left is dropped once it is most of the text.
void HeldReplies::drop_what_left() {
  if (!empty() && begin_ < std::max(kKeptBytes, text_.size() / 2)) return;
  text_.erase(0, begin_);
  for (Entry& entry : entries_) entry.end -= begin_;
  begin_ = 0;
  if (empty()) net::clear(text_);
}

}  // namespace tally
