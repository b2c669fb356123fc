// Listings have a thread of their own: one may look at every counter there is, and no loop waits for it.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "count/listing.h"
#include "net/later_reply.h"
#include "net/loops.h"

namespace tally {

// One listing at a time, in the order in which they came.
class Listings {
 public:
  // The Counting outlives it. `between_slices` is called by its thread, and may hold it up.
  explicit Listings(
      Counting& counting, std::function<void()> between_slices = [] {});
  // Gives up the listing that is under way, within a slice or a tenth of a second of sorting, and those that
  // wait: their connections close.
  ~Listings();
  Listings(const Listings&) = delete;
  Listings& operator=(const Listings&) = delete;

  // Answers with that page, or, with so many under way and waiting, with 503 at once. Any thread.
  static constexpr std::size_t kMost = 64;
  void list(ListQuery query, net::LaterReply reply);

 private:
  void serve(const ListQuery& query, net::LaterReply reply);

  Lister lister_;  // its thread's
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> asked_{0};  // and not answered yet
  std::string body_;                   // its thread's, kept for its memory
  net::Loops loop_;
  net::LoopThreads thread_;  // last: it uses the rest
};

}  // namespace tally
