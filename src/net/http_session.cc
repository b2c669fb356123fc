#include "net/http_session.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace tally::net {

namespace {
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
}

void HttpExchange::send(const HttpResponse& response) {
  TALLY_CHECK(!std::exchange(used_, true));
  session_.send(ticket_, response);
}

LaterReply HttpExchange::later(std::size_t bytes) {
  TALLY_CHECK(!std::exchange(used_, true));
  return session_.later(ticket_, bytes);
}

void HttpExchange::hold(Hold hold, const HttpResponse& response) {
  TALLY_CHECK(!std::exchange(used_, true));
  session_.hold(ticket_, hold, response);
}

StreamedReply HttpExchange::stream(const HttpResponse& head) {
  TALLY_CHECK(!std::exchange(used_, true));
  return session_.begin_stream(ticket_, head);
}

HttpSession::HttpSession(boost::asio::ip::tcp::socket socket, ConnectionHost& host, HttpHost& http,
                         bool counted)
    : Connection(std::move(socket), host, counted),
      http_(http),
      parser_(http.limits.header_bytes, http.limits.body_bytes) {}

// ---- hearing

bool HttpSession::has_room() const {
  return asked_ - answered_ < http_.limits.pipelined_requests &&
         unsent_bytes() + slot_bytes_ + reserved_bytes_ < http_.limits.unsent_bytes;
}

Connection::Phase HttpSession::phase() const {
  switch (parser_.phase()) {
    case RequestParser::Phase::header: return Phase::header;
    case RequestParser::Phase::body: return Phase::body;
    case RequestParser::Phase::idle: break;
  }
  return Phase::idle;
}

Duration HttpSession::patience(Phase phase) const {
  switch (phase) {
    case Phase::header: return http_.limits.header_timeout;
    case Phase::body: return http_.limits.body_timeout;
    case Phase::idle: break;
  }
  return http_.limits.idle_timeout;
}

void HttpSession::too_slow(Phase phase) {
  refuse({Errc::too_slow, phase == Phase::header
                              ? "The header did not arrive in time: send it at once."
                              : "The body did not arrive in time: send it faster, or less at once."});
}

void HttpSession::take(std::string_view& bytes) {
  while (!bytes.empty() && !is_closing() && has_room()) {
    switch (parser_.feed(bytes)) {
      case RequestParser::State::complete: serve(); break;
      case RequestParser::State::refused: refuse(parser_.error()); break;
      case RequestParser::State::incomplete:
        judge_header();
        offer_continue();
        break;
    }
  }
}

HttpRequest HttpSession::received() {
  HttpRequest request = parser_.request();
  request.peer_address = peer_address();
  request.keepsake = &keepsake_;
  request.certificate = certificate();
  return request;
}

void HttpSession::serve() {
  const HttpRequest request = received();
  form_ = {request.method == Method::head, parser_.old(), parser_.keep_alive() && !is_stopping()};
  if (!form_.keep_alive) close_once_answered();
  HttpExchange exchange(*this, asked_++);
  http_.handler.handle(request, exchange);
  TALLY_CHECK(exchange.used_);
}

void HttpSession::judge_header() {
  if (parser_.phase() != RequestParser::Phase::body || judged_ > asked_) return;
  judged_ = asked_ + 1;
  HttpRequest header = received();
  header.body = {};
  form_ = {header.method == Method::head, parser_.old(), false};
  HttpExchange exchange(*this, asked_);
  const bool wanted = http_.handler.wants_body(header, exchange);
  TALLY_CHECK(wanted != exchange.used_);
  if (wanted) return;
  ++asked_;
  close_once_answered();
  parser_.forget();
}

void HttpSession::refuse(const Error& error) {
  form_ = {false, false, false};
  close_once_answered();
  HttpExchange exchange(*this, asked_++);
  http_.handler.refuse(error, exchange);
  TALLY_CHECK(exchange.used_);
  parser_.forget();  // it may be large, and the client may take its time to close
}

void HttpSession::offer_continue() {
  if (is_closing() || answered_ != asked_ || parser_.phase() != RequestParser::Phase::body) return;
  if (!parser_.expects_continue() || continue_offered_ > asked_) return;
  continue_offered_ = asked_ + 1;
  out() += kContinue;
}

// ---- answering

HttpSession::Slot& HttpSession::slot(std::uint64_t ticket) {
  if (slots_.empty()) slots_.resize(http_.limits.pipelined_requests + 1);  // one for a refusal
  return slots_[ticket % slots_.size()];
}

void HttpSession::send(std::uint64_t ticket, const HttpResponse& response) {
  if (ticket == answered_) {
    write(out(), response, form_);
    ++answered_;
    return;
  }
  Slot& waiting = slot(ticket);
  waiting.form = form_;
  fill(waiting, response);
}

void HttpSession::write(std::string& out, const HttpResponse& response, AnswerForm form) {
  append_response(out, response, form, http_.date);
  if (http_.answers) http_.answers->count(response.status);
}

void HttpSession::fill(Slot& slot, const HttpResponse& response) {
  write(slot.bytes, response, slot.form);
  slot.state = Slot::State::ready;
  slot_bytes_ += slot.bytes.size();
}

LaterReply HttpSession::later(std::uint64_t ticket, std::size_t bytes) {
  Slot& owed = slot(ticket);
  owed.form = form_;
  owed.state = Slot::State::owed;
  owed.reserved = bytes;
  reserved_bytes_ += bytes;
  return {http_.mailbox, std::static_pointer_cast<HttpSession>(shared_from_this()), ticket};
}

void HttpSession::answer(std::uint64_t ticket, const HttpResponse& response) {
  if (!is_open()) return;
  Slot& owed = slot(ticket);
  reserved_bytes_ -= std::exchange(owed.reserved, 0);
  close_after_last(owed, ticket);
  fill(owed, response);
  collect();
}

// The last answer before a stop says so; the client then knows that its next request is not lost, only
// refused.
void HttpSession::close_after_last(Slot& slot, std::uint64_t ticket) {
  const bool last =
      ticket + 1 == asked_ && parser_.phase() == RequestParser::Phase::idle && !has_unread_bytes();
  if (!is_stopping() || !last || !slot.form.keep_alive) return;
  slot.form.keep_alive = false;
  close_once_answered();
}

void HttpSession::hold(std::uint64_t ticket, Hold hold, const HttpResponse& response) {
  TALLY_CHECK(http_.holds != nullptr && response.extra_headers.empty());
  if (ticket == answered_ && http_.holds->is_open(hold)) return send(ticket, response);
  Slot& held = slot(ticket);
  held.form = form_;
  held.state = Slot::State::held;
  held.bytes.append(response.content_type).append(response.body);
  held.status = response.status;
  held.type_bytes = response.content_type.size();
  held.hold = hold;
  held.late = http_.holds->deadline(now());
  slot_bytes_ += held.bytes.size();
  ++held_;
  if (!std::exchange(entered_, true)) http_.holds->enter(shared_from_this(), held.late);
}

Instant HttpSession::release(Instant now) {
  if (!is_open()) return Instant::max();
  collect();
  const auto each_held = [this](const auto& look) {
    for (std::uint64_t ticket = answered_; ticket != asked_ && held_ > 0; ++ticket) {
      if (slot(ticket).state == Slot::State::held) look(slot(ticket), ticket);
    }
  };
  each_held([&](Slot& held, std::uint64_t ticket) {
    if (held.late <= now && !http_.holds->is_open(held.hold)) replace_late(held, ticket);
  });
  collect();
  // One that is open but stands behind an answer that somebody else still owes is looked at again.
  Instant next = Instant::max();
  each_held([&](const Slot& held, std::uint64_t) {
    next = std::min(next, http_.holds->is_open(held.hold) ? http_.holds->deadline(now) : held.late);
  });
  entered_ = held_ > 0;
  return next;
}

void HttpSession::replace_late(Slot& late, std::uint64_t ticket) {
  const std::string held = std::exchange(late.bytes, {});
  slot_bytes_ -= held.size();
  --held_;
  close_after_last(late, ticket);
  fill(late, http_.handler.late(held_response(late, held), late.hold));
}

HttpResponse HttpSession::held_response(const Slot& slot, std::string_view bytes) {
  return {slot.status, bytes.substr(0, slot.type_bytes), bytes.substr(slot.type_bytes), {}};
}

StreamedReply HttpSession::begin_stream(std::uint64_t ticket, const HttpResponse& head) {
  if (form_.old && std::exchange(form_.keep_alive, false)) close_once_answered();
  Slot& streamed = slot(ticket);
  streamed.form = form_;
  streamed.state = form_.head ? Slot::State::ready : Slot::State::streamed;
  if (http_.answers) http_.answers->count(head.status);
  extend(streamed, [&] {
    append_streamed_header(streamed.bytes, head, streamed.form, http_.date);
    if (!form_.head && !head.body.empty()) append_piece(streamed.bytes, head.body, streamed.form);
  });
  if (form_.head) return {};
  return {std::static_pointer_cast<HttpSession>(shared_from_this()), ticket};
}

void HttpSession::stream(std::uint64_t ticket, std::string_view piece) {
  if (!is_open()) return;
  Slot& streamed = slot(ticket);
  extend(streamed, [&] { append_piece(streamed.bytes, piece, streamed.form); });
  advance();
}

void HttpSession::end_stream(std::uint64_t ticket) {
  if (!is_open()) return;
  Slot& streamed = slot(ticket);
  streamed.state = Slot::State::ready;
  extend(streamed, [&] { append_last_piece(streamed.bytes, streamed.form); });
  advance();
}

template <class Append>
void HttpSession::extend(Slot& slot, Append append) {
  slot_bytes_ -= slot.bytes.size();
  append();
  slot_bytes_ += slot.bytes.size();
  collect();
}

// What is owed or held ends it, and a stream that goes on: answers leave in the order of their requests.
void HttpSession::collect() {
  for (; answered_ != asked_; ++answered_) {
    Slot& next = slot(answered_);
    if (next.state == Slot::State::owed) return;
    if (next.state == Slot::State::streamed) {
      out() += next.bytes;
      slot_bytes_ -= next.bytes.size();
      clear(next.bytes);
      return;
    }
    if (next.state == Slot::State::held) {
      if (!http_.holds->is_open(next.hold)) return;
      close_after_last(next, answered_);
      write(out(), held_response(next, next.bytes), next.form);
      --held_;
    } else {
      out() += next.bytes;
    }
    slot_bytes_ -= next.bytes.size();
    next.state = Slot::State::owed;
    clear(next.bytes);
  }
}

}  // namespace tally::net
