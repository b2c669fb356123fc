#include "net/reply_mailbox.h"

#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/http_session.h"

namespace tally::net {

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
