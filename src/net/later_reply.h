// Answers that are given after handle() has returned.
#pragma once

#include <cstdint>
#include <memory>

#include "net/http_message.h"

namespace tally::net {

class HttpSession;
class ReplyMailbox;

// An answer that is still owed. May be moved to, and answered from, any thread, once; answering after the
// connection or the server has gone does nothing. Destroyed unanswered, it closes the connection.
class LaterReply {
 public:
  LaterReply(LaterReply&& other) noexcept = default;
  LaterReply& operator=(LaterReply&& other) noexcept;
  LaterReply(const LaterReply&) = delete;
  LaterReply& operator=(const LaterReply&) = delete;
  ~LaterReply();

  void send(const HttpResponse& response) &&;

 private:
  friend class HttpSession;
  LaterReply(std::shared_ptr<ReplyMailbox> mailbox, std::weak_ptr<HttpSession> session, std::uint64_t ticket);

  std::shared_ptr<ReplyMailbox> mailbox_;  // null once answered, or moved from
  std::weak_ptr<HttpSession> session_;     // locked on the loop's thread only
  std::uint64_t ticket_;
};

}  // namespace tally::net
