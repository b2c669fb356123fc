// Answers that are given piece by piece, for as long as somebody listens: server-sent events, say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace tally::net {

class HttpSession;

// Used by its loop's thread, and not from within handle(). Destroyed, it ends: the client sees a whole
// answer, and may ask for something else on its connection. A server that stops waits for that.
class StreamedReply {
 public:
  StreamedReply(StreamedReply&& other) noexcept = default;
  StreamedReply& operator=(StreamedReply&& other) noexcept;
  StreamedReply(const StreamedReply&) = delete;
  StreamedReply& operator=(const StreamedReply&) = delete;
  ~StreamedReply();

  // Its connection is, and the client has not shut its side: who listens to a stream does not do that. One
  // that went without a word, or whose connection closes after this answer, is noticed by sending to it.
  bool is_open() const;
  // What was said here, or before it on its connection, and the client has not taken yet. Whoever sends more
  // often than clients read looks here first; who takes nothing at all for the idle time-out is closed.
  std::size_t unsent_bytes() const;
  // At least a byte; to nobody, once it is not open.
  void send(std::string_view piece);

 private:
  friend class HttpSession;
  StreamedReply() = default;  // there is nothing to be said
  StreamedReply(std::weak_ptr<HttpSession> session, std::uint64_t ticket);

  std::weak_ptr<HttpSession> session_;
  std::uint64_t ticket_ = 0;
};

}  // namespace tally::net
