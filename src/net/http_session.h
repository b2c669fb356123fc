// One connection of an HTTP server. Everything here belongs to the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/duration.h"
#include "net/http_handler.h"
#include "net/http_limits.h"
#include "net/http_response.h"
#include "net/reply_mailbox.h"
#include "net/request_parser.h"

namespace tally::net {

// What the connections of one loop share.
struct SessionHost {
  HttpHandler& handler;
  const HttpLimits limits;
  HttpLoad& load;
  const std::shared_ptr<ReplyMailbox> mailbox;
  const Duration tick;  // how often `now` and `date` are brought up to date, and deadlines looked at

  Instant now{};
  std::string date{};
  std::vector<char> read_buffer{};  // idle connections need none of their own
  bool stopping = false;
  std::list<std::shared_ptr<HttpSession>> sessions{};
  std::function<void(bool counted)> on_session_gone{};
};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  // `counted`: it is one of load.connections.
  HttpSession(boost::asio::ip::tcp::socket socket, SessionHost& host, bool counted);

  void start();                     // enters host.sessions
  void refuse(const Error& error);  // answers with that, after what is owed, and closes
  void stop();                      // closes if nothing is under way
  void close();                     // at once; leaves host.sessions
  void tick();

  // The answer to the request with that ticket. Nothing leaves before advance(), which does whatever can be
  // done now.
  void answer(std::uint64_t ticket, const HttpResponse& response);
  void advance();

 private:
  friend class HttpExchange;

  // The answer to one request, waiting for those before it.
  struct Slot {
    AnswerForm form;
    bool ready = false;
    std::size_t reserved = 0;  // for the bytes to come
    std::string bytes;
  };

  // What the connection waits for, and so which limit of time holds.
  enum class Wait : std::uint8_t { nothing, request, header, body, client_reads, client_closes };

  void send(std::uint64_t ticket, const HttpResponse& response);
  LaterReply later(std::uint64_t ticket, std::size_t bytes);

  void wait_readable();
  void wait_writable();
  void on_readable();
  void read();
  void drain();
  void take(std::string_view bytes);
  void serve();
  void offer_continue();
  void append(std::string& out, std::uint64_t ticket, const HttpResponse& response, AnswerForm form);
  void flush();
  void finish();
  void account();
  void watch();

  Slot& slot(std::uint64_t ticket);
  bool owes_nothing() const { return answered_ == asked_ && out_.empty(); }
  bool has_room() const;
  bool wants_input() const;
  bool is_done() const;
  Wait waits_for() const;
  Duration limit_of(Wait wait) const;

  boost::asio::ip::tcp::socket socket_;
  SessionHost* host_;  // null once closed
  const bool counted_;
  std::list<std::shared_ptr<HttpSession>>::iterator place_;
  std::string peer_address_;

  RequestParser parser_;
  std::string rest_;  // bytes that came while there was no room

  // Requests have tickets 0, 1, 2 ... and those in [answered_, asked_) are owed: slots_[ticket % size].
  std::uint64_t asked_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t continue_offered_ = 0;  // one more than the ticket that "100 Continue" was last sent for
  AnswerForm form_;                     // of the request that is being handled
  std::vector<Slot> slots_;             // none until an answer has to wait
  std::size_t slot_bytes_ = 0;
  std::size_t reserved_bytes_ = 0;  // of answers that are owed

  std::string out_;  // answers in order, from sent_ on not yet written; empty when all are
  std::size_t sent_ = 0;
  std::uint64_t written_ = 0;  // bytes ever

  bool closing_ = false;      // no request is taken any more; closes once nothing is owed
  bool lingering_ = false;    // our side is shut; waits for the client's
  bool peer_closed_ = false;  // the client's side is shut; it may still read
  bool waits_readable_ = false;
  bool waits_writable_ = false;

  Wait wait_ = Wait::nothing;
  std::uint64_t wait_mark_ = 0;  // a wait with another mark is another wait
  Instant deadline_{};
  std::size_t held_bytes_ = 0;  // as last told to load
};

}  // namespace tally::net
