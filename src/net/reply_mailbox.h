// Where the answers of other threads wait for the loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/mutex.h"
#include "net/http_message.h"

namespace tally::net {

class HttpSession;

// An HttpResponse that owns its bytes.
class HeldResponse {
 public:
  explicit HeldResponse(const HttpResponse& response);
  HttpResponse view() const;

 private:
  unsigned status_;
  std::size_t type_bytes_;
  std::size_t body_bytes_;
  std::string text_;  // content type, body, extra headers
};

struct OwedAnswer {
  std::weak_ptr<HttpSession> session;
  std::uint64_t ticket;
  std::optional<HeldResponse> response;  // none: it was given up
};

// All that came since the loop last looked is handed over in one turn, so that answers which one event
// released (a seal, a commit) leave in one write for each connection.
class ReplyMailbox : public std::enable_shared_from_this<ReplyMailbox> {
 public:
  explicit ReplyMailbox(boost::asio::io_context& loop) : loop_(&loop) {}

  void put(OwedAnswer answer);  // any thread
  void close();  // loop's thread; what comes later is dropped, and the loop is not touched again

 private:
  void hand_over();

  Mutex mutex_;
  boost::asio::io_context* loop_ TALLY_GUARDED_BY(mutex_);  // null once closed
  std::vector<OwedAnswer> waiting_ TALLY_GUARDED_BY(mutex_);
};

}  // namespace tally::net
