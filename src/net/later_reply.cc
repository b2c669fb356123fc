#include "net/later_reply.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "base/check.h"
#include "net/http_session.h"
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

HeldResponse::HeldResponse(const HttpResponse& response)
    : status_(response.status), type_bytes_(response.content_type.size()), body_bytes_(response.body.size()) {
  text_.reserve(type_bytes_ + body_bytes_ + response.extra_headers.size());
  text_.append(response.content_type).append(response.body).append(response.extra_headers);
}

HttpResponse HeldResponse::view() const {
  const std::string_view text = text_;
  return {status_, text.substr(0, type_bytes_), text.substr(type_bytes_, body_bytes_),
          text.substr(type_bytes_ + body_bytes_)};
}

void ReplyMailbox::put(OwedAnswer answer) {
  const MutexLock lock(mutex_);
  if (loop_ == nullptr) return;
  waiting_.push_back(std::move(answer));
  // Posted under the lock: once close() has returned, the loop may be gone.
  if (waiting_.size() == 1) {
    boost::asio::post(*loop_, [self = shared_from_this()] { self->hand_over(); });
  }
}

void ReplyMailbox::close() {
  const MutexLock lock(mutex_);
  loop_ = nullptr;
  waiting_.clear();
}

void ReplyMailbox::hand_over() {
  std::vector<OwedAnswer> answers;
  {
    const MutexLock lock(mutex_);
    answers.swap(waiting_);
  }
  for (const OwedAnswer& answer : answers) {
    const auto session = answer.session.lock();
    if (!session) continue;
    if (answer.response) {
      session->answer(answer.ticket, answer.response->view());
    } else {
      session->close();
    }
  }
  for (const OwedAnswer& answer : answers) {
    if (const auto session = answer.session.lock()) session->advance();
  }
}

}  // namespace tally::net
