#include "net/streamed_reply.h"

#include <utility>

#include "base/check.h"
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
  return session ? session->unsent_bytes_of(ticket_) : 0;
}

void StreamedReply::send(std::string_view piece) {
  TALLY_CHECK(!piece.empty());
  if (const auto session = session_.lock()) session->stream(ticket_, piece);
}

}  // namespace tally::net
