// A connection that speaks HTTP/1.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/answer_counts.h"
#include "net/connection.h"
#include "net/http_handler.h"
#include "net/http_limits.h"
#include "net/http_response.h"
#include "net/reply_mailbox.h"
#include "net/request_parser.h"

namespace tally::net {

// What the sessions of one server share.
struct HttpHost {
  HttpHandler& handler;
  const HttpLimits limits;
  const std::shared_ptr<ReplyMailbox> mailbox;
  Holds* const holds;  // null: the handler holds nothing
  std::optional<AnswerCounts::Part> answers{};
  std::string date{};
};

class HttpSession final : public Connection {
 public:
  HttpSession(boost::asio::ip::tcp::socket socket, ConnectionHost& host, HttpHost& http, bool counted);

  void refuse(const Error& error) override;
  Instant release(Instant now) override;

  // The answer to the request with that ticket. Nothing leaves before advance().
  void answer(std::uint64_t ticket, const HttpResponse& response);

  // A StreamedReply's.
  bool is_heard() const { return is_open() && !is_peer_closed(); }
  void stream(std::uint64_t ticket, std::string_view piece);
  void end_stream(std::uint64_t ticket);
  std::size_t unsent_bytes_of(std::uint64_t ticket) { return unsent_bytes() + slot(ticket).bytes.size(); }

 private:
  friend class HttpExchange;

  // The answer to one request, waiting for those before it, for its time, or to be given.
  struct Slot {
    enum class State : std::uint8_t { owed, held, streamed, ready };
    State state = State::owed;
    AnswerForm form;
    std::size_t reserved = 0;  // owed: for the bytes to come
    std::string bytes;         // ready or streamed: as they are sent; held: content type and body
    unsigned status = 0;       // held, and the rest too
    std::size_t type_bytes = 0;
    Hold hold{};
    Instant late{};
  };

  void take(std::string_view& bytes) override;
  void before_sending() override { offer_continue(); }
  Phase phase() const override;
  std::uint64_t asked() const override { return asked_; }
  std::uint64_t answered() const override { return answered_; }
  bool has_room() const override;
  std::size_t unfinished_bytes() const override { return parser_.held_bytes(); }
  std::size_t waiting_bytes() const override { return slot_bytes_ + slots_.capacity() * sizeof(Slot); }
  Duration patience(Phase phase) const override;
  void too_slow(Phase phase) override;

  void send(std::uint64_t ticket, const HttpResponse& response);
  LaterReply later(std::uint64_t ticket, std::size_t bytes);
  void hold(std::uint64_t ticket, Hold hold, const HttpResponse& response);
  StreamedReply begin_stream(std::uint64_t ticket, const HttpResponse& head);

  HttpRequest received();
  void serve();
  void judge_header();
  void offer_continue();
  void write(std::string& out, const HttpResponse& response, AnswerForm form);
  // append() adds to slot.bytes; what may leave then goes to out().
  template <class Append>
  void extend(Slot& slot, Append append);
  void fill(Slot& slot, const HttpResponse& response);
  void replace_late(Slot& late, std::uint64_t ticket);
  static HttpResponse held_response(const Slot& slot, std::string_view bytes);
  void close_after_last(Slot& slot, std::uint64_t ticket);
  void collect();
  Slot& slot(std::uint64_t ticket);

  HttpHost& http_;
  RequestParser parser_;
  std::unique_ptr<Keepsake> keepsake_;  // the handler's

  // Requests have tickets 0, 1, 2 ... and those in [answered_, asked_) are owed: slots_[ticket % size].
  std::uint64_t asked_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t judged_ = 0;            // one more than the ticket whose header was last judged
  std::uint64_t continue_offered_ = 0;  // one more than the ticket that "100 Continue" was last sent for
  AnswerForm form_;                     // of the request that is being handled
  std::vector<Slot> slots_;             // none until an answer has to wait
  std::size_t slot_bytes_ = 0;
  std::size_t reserved_bytes_ = 0;  // of answers that are owed
  std::size_t held_ = 0;            // slots in that state
  bool entered_ = false;            // into holds
};

}  // namespace tally::net
