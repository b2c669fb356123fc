#include "net/streamed_reply.h"

#include <utility>

#include "net/http_session.h"

namespace tally::net {

StreamedReply::StreamedReply(std::weak_ptr<HttpSession> session, std::uint64_t ticket)
    : session_(std::move(session)), ticket_(ticket) {}

StreamedReply& StreamedReply::operator=(StreamedReply&& other) noexcept {
  const StreamedReply previous(std::move(*this));
  session_ = std::move(other.session_);
  ticket_ = other.ticket_;
  return *this;
}

StreamedReply::~StreamedReply() {
  if (const auto session = session_.lock()) session->end_stream(ticket_);
}

bool StreamedReply::is_open() const {
  const auto session = session_.lock();
  return session && session->is_heard();
}

std::size_t StreamedReply::unsent_bytes() const {
  const auto session = session_.lock();
  return session ? session->owed_bytes() : 0;
}

void StreamedReply::send(std::string_view piece) {
  if (const auto session = session_.lock()) session->stream(ticket_, piece);
}

}  // namespace tally::net
