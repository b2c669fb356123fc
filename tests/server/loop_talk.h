// Talking to a counting server's loop in this process and thread, over real sockets: the loop turns when it
// is told to, so that what it does can be counted.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/check.h"
#include "net/http_server.h"
#include "server/confirmations.h"
#include "server/counting_handler.h"
#include "server/resp_commands.h"
#include "server/resp_listener.h"

namespace tally {

// One loop of a server that is ready, with one client for each protocol. Its adds wait for `ack`; what they
// wait for comes when the test says so.
class LoopTalk {
 public:
  explicit LoopTalk(Ack ack = {}, std::unique_ptr<Access> access = std::make_unique<Access>())
      : access_(std::move(access)), policy_(status_, /*has_disk=*/true, ack) {
    resp_listener_->start();
    http_client_.connect(http_at_);
    resp_client_.connect(resp_at_);
    http_client_.set_option(Tcp::no_delay(true));  // a piece is not to wait for the one before
    resp_client_.set_option(Tcp::no_delay(true));
  }
  ~LoopTalk() { resp_listener_->close(); }
  LoopTalk(const LoopTalk&) = delete;
  LoopTalk& operator=(const LoopTalk&) = delete;

  // Both: sends, lets the loop turn until so many answers have come, and returns them; of RESP, lines. Valid
  // until the next call.
  std::string_view say_http(std::string_view bytes, std::size_t answers) {
    send(http_client_, bytes);
    return hear(http_client_, "HTTP/1.1 200 OK\r\n", answers);
  }
  std::string_view say_resp(std::string_view bytes, std::size_t answers) {
    send(resp_client_, bytes);
    return hear(resp_client_, "\r\n", answers);
  }

  // Sends what is not answered yet, and lets the loop turn once.
  void begin_http(std::string_view bytes) {
    send(http_client_, bytes);
    turn();
  }

  // What was counted until now reaches the disk.
  void let_go() { confirmations_.release({counting_.seal().sequence, {}}); }

  CountingThread& thread() { return thread_; }

  // Until something has happened. By its name a profiler finds what the server does, and leaves out what the
  // client does.
  [[gnu::noinline]] void turn() { loop_.run_one(); }

 private:
  using Tcp = boost::asio::ip::tcp;

  Tcp::acceptor listen(Tcp::endpoint& at) {
    Tcp::acceptor acceptor(loop_, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    at = acceptor.local_endpoint();
    return acceptor;
  }

  static void send(Tcp::socket& client, std::string_view bytes) {
    TALLY_CHECK(client.send(boost::asio::buffer(bytes.data(), bytes.size())) == bytes.size());
  }

  std::string_view hear(Tcp::socket& client, std::string_view mark, std::size_t answers) {
    std::size_t size = 0;
    for (std::size_t looked_at = 0; answers > 0;) {
      if (client.available() == 0) turn();
      if (client.available() > 0) size += client.receive(boost::asio::buffer(answers_) + size);
      const std::string_view text(answers_.data(), size);
      for (std::size_t at = 0; answers > 0 && (at = text.find(mark, looked_at)) != text.npos; --answers) {
        looked_at = at + mark.size();
      }
    }
    return {answers_.data(), size};
  }

  boost::asio::io_context loop_{1};
  Tcp::endpoint http_at_;
  Tcp::endpoint resp_at_;
  ServerStatus status_{.state = ServerState::ready};
  const std::unique_ptr<Access> access_;
  Freshness freshness_{std::chrono::seconds(1)};
  Counting counting_{3, 1};
  CountingThread thread_{counting_};
  net::ServerLoad load_;
  RespStatus resp_status_{.run = {1, 1}};
  ServerMetrics metrics_{counting_, status_, load_, resp_status_, std::chrono::seconds(1)};
  // Its loop never runs: adds and reads do without it.
  boost::asio::io_context cluster_{1};
  ReplicaShell replica_{cluster_, *access_,   {ServerId::parse("a").value(), {1, 1}, "http://127.0.0.1:1"},
                        {},       counting_,  nullptr,
                        status_,  freshness_, metrics_,
                        {}};
  Listings listings_{counting_};
  AddPolicy policy_;
  Confirmations confirmations_{loop_, [](std::size_t, std::size_t) {}};
  CountingHandler handler_{loop_,      *access_, counting_, listings_,      replica_,           status_,
                           freshness_, policy_,  thread_,   confirmations_, metrics_.requests()};
  net::HttpServer http_{loop_, listen(http_at_), handler_, {}, load_, &confirmations_.holds()};
  RespCommands commands_{thread_, *access_, policy_, [] { return RespFigures{}; }};
  std::shared_ptr<RespListener> resp_listener_ = std::make_shared<RespListener>(
      loop_, listen(resp_at_), RespHost{commands_, confirmations_, policy_, resp_status_});
  Tcp::socket http_client_{loop_};
  Tcp::socket resp_client_{loop_};
  std::string answers_ = std::string(std::size_t{1} << 20, '\0');
};

}  // namespace tally
