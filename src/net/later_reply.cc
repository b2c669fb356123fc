#include "net/later_reply.h"

#include <utility>

#include "base/check.h"
#include "net/reply_mailbox.h"

namespace tally::net {

LaterReply::LaterReply(std::shared_ptr<ReplyMailbox> mailbox, std::weak_ptr<HttpSession> session,
                       std::uint64_t ticket)
    : mailbox_(std::move(mailbox)), session_(std::move(session)), ticket_(ticket) {}

LaterReply& LaterReply::operator=(LaterReply&& other) noexcept {
  LaterReply previous(std::move(*this));
  mailbox_ = std::move(other.mailbox_);
  session_ = std::move(other.session_);
  ticket_ = other.ticket_;
  return *this;
}

LaterReply::~LaterReply() {
  if (mailbox_) mailbox_->put({std::move(session_), ticket_, std::nullopt});
}

void LaterReply::send(const HttpResponse& response) && {
  TALLY_CHECK(mailbox_);
  std::exchange(mailbox_, nullptr)->put({std::move(session_), ticket_, HeldResponse(response)});
}

}  // namespace tally::net
