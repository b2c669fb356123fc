// A server to talk to, and a client that sends exactly the bytes that it is given.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "net/http_server.h"
#include "net/listener.h"
#include "net/loops.h"

namespace tally::net {

inline unsigned status_of(Errc code) {
  switch (code) {
    case Errc::malformed: return 400;
    case Errc::too_slow: return 408;
    case Errc::too_large: return 413;
    case Errc::header_too_large: return 431;
    case Errc::unavailable: return 503;
    default: return 500;
  }
}

inline std::string to_text(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::del: return "DELETE";
    case Method::other: break;
  }
  return "other";
}

// Answers with what it understood: "POST /path type body". What begins with /later is answered when the test
// says so, and may be large if it ends so; /stream with "begun" and then with what the test says; /hold/G/N
// once gate G is open up to N; /status/NNN with that status; /large/N with N bytes; /who with what the
// client's certificate says. It wants no body for /unwanted.
class EchoHandler : public HttpHandler {
 public:
  void handle(const HttpRequest& request, HttpExchange& exchange) override {
    const std::string target(request.target);
    if (target.starts_with("/later")) {
      const std::lock_guard lock(mutex_);
      owed_.emplace(target, exchange.later(target.ends_with("large") ? HttpExchange::kLarge : 0));
      came_.notify_all();
      return;
    }
    if (target.starts_with("/stream")) {
      streams_.insert_or_assign(target,
                                exchange.stream({200, "text/event-stream", "begun", "X-Extra: yes\r\n"}));
      return;
    }
    if (target.starts_with("/hold/")) {
      const auto gate = static_cast<std::uint32_t>(std::stoul(target.substr(6)));
      const std::uint64_t number = std::stoul(target.substr(target.find('/', 6) + 1));
      return exchange.hold({gate, number}, {200, "text/plain", "held " + target.substr(6), {}});
    }
    if (target == "/who") {
      std::string who = request.certificate == nullptr ? "nobody" : "somebody";
      if (request.certificate != nullptr) {
        for (const std::string& uri : request.certificate->uris) who += " " + uri;
      }
      return exchange.send({200, "text/plain", who, {}});
    }
    if (target.starts_with("/status/")) {
      const auto status = static_cast<unsigned>(std::stoul(target.substr(8)));
      return exchange.send({status, "text/plain", "body", "X-Extra: yes\r\n"});
    }
    std::string body = to_text(request.method) + " " + target;
    if (!request.content_type.empty()) body.append(" ").append(request.content_type);
    if (!request.body.empty()) body.append(" ").append(request.body);
    if (target.starts_with("/large/")) body.assign(std::stoul(target.substr(7)), 'x');
    exchange.send({200, "text/plain", body, {}});
  }

  bool wants_body(const HttpRequest& header, HttpExchange& exchange) override {
    ++headers_judged_;
    if (header.target != "/unwanted") return true;
    exchange.send({401, "text/plain", "unwanted" + std::string(header.body), {}});
    return false;
  }
  int headers_judged() const { return headers_judged_; }

  void refuse(const Error& error, HttpExchange& exchange) override {
    exchange.send({status_of(error.code), "application/problem+json", error.detail, {}});
  }

  HttpResponse late(const HttpResponse& held, Hold hold) override {
    late_ = "late, gate " + std::to_string(hold.gate) + ": " + std::string(held.body);
    return {202, held.content_type, late_, {}};
  }

  std::size_t owed() {
    const std::lock_guard lock(mutex_);
    return owed_.size();
  }

  // Waits for the request to arrive; a test that fails should say so, not hang.
  LaterReply owed(const std::string& target) {
    std::unique_lock lock(mutex_);
    TALLY_CHECK(came_.wait_for(lock, std::chrono::seconds(20), [&] { return owed_.contains(target); }));
    LaterReply reply = std::move(owed_.at(target));
    owed_.erase(target);
    return reply;
  }

  // The loop's thread uses these.
  std::map<std::string, StreamedReply>& streams() { return streams_; }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::map<std::string, LaterReply> owed_;
  std::map<std::string, StreamedReply> streams_;
  std::atomic<int> headers_judged_{0};
  std::string late_;
};

inline void answer(LaterReply reply, const std::string& body) {
  std::move(reply).send({200, "text/plain", body, {}});
}

class TestServer {
 public:
  explicit TestServer(const HttpLimits& limits = {}, std::size_t loops = 1,
                      Duration hold_limit = std::chrono::hours(1), std::shared_ptr<TlsContext> tls = nullptr)
      : tls_(std::move(tls)), loops_(loops) {
    auto acceptors = listen({"127.0.0.1", 0}, loops_);
    TALLY_CHECK(acceptors);
    port_ = local_endpoint(acceptors->front()).port;
    for (std::size_t i = 0; i < loops; ++i) {
      holds_.push_back(std::make_unique<Holds>(loops_[i], hold_limit));
      servers_.push_back(std::make_unique<HttpServer>(loops_[i], std::move((*acceptors)[i]), handler_, limits,
                                                      load_, holds_.back().get(), nullptr, tls_.get()));
    }
    threads_.emplace(loops_);
  }

  ~TestServer() {
    threads_.reset();
    servers_.clear();
  }

  // On every loop, some time.
  void open(const std::vector<std::uint64_t>& gates) {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      boost::asio::post(loops_[i], [holds = holds_[i].get(), gates] { holds->open(gates); });
    }
  }

  // Calls that by the thread of the only loop, and returns what it returned.
  template <class Function>
  auto on_loop(Function function) {
    std::packaged_task<decltype(function())()> task(std::move(function));
    boost::asio::post(loops_[0], [&task] { task(); });
    return task.get_future().get();
  }

  // Waits until every loop has seen the stop begin.
  std::vector<std::future<void>> begin_stop() {
    std::vector<std::future<void>> stopped;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      auto done = std::make_shared<std::promise<void>>();
      std::promise<void> begun;
      stopped.push_back(done->get_future());
      boost::asio::post(loops_[i], [&, i] {
        servers_[i]->stop([done] { done->set_value(); });
        begun.set_value();
      });
      begun.get_future().wait();
    }
    return stopped;
  }

  // Waits until every loop has seen to all that has happened on its sockets so far: the second time round at
  // the latest.
  void settle() {
    for (std::size_t i = 0; i < 2 * loops_.size(); ++i) {
      std::promise<void> turned;
      boost::asio::post(loops_[i / 2], [&] { turned.set_value(); });
      turned.get_future().wait();
    }
  }

  // The servers go, with whatever they still have; replies that are owed outlive them.
  void destroy() {
    threads_.reset();
    servers_.clear();
  }

  std::uint16_t port() const { return port_; }
  Url url() const { return {"127.0.0.1", port_, tls_ != nullptr}; }
  EchoHandler& handler() { return handler_; }
  const ServerLoad& load() const { return load_; }

 private:
  const std::shared_ptr<TlsContext> tls_;
  Loops loops_;
  EchoHandler handler_;
  ServerLoad load_;
  std::vector<std::unique_ptr<Holds>> holds_;
  std::vector<std::unique_ptr<HttpServer>> servers_;
  std::uint16_t port_ = 0;
  std::optional<LoopThreads> threads_;
};

struct Answer {
  unsigned status = 0;
  std::string header;
  std::string body;

  bool has(const std::string& line) const { return header.find(line + "\r\n") != std::string::npos; }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{20, 0};  // a test that fails should say so, not hang
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0)
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(); }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        connected_(other.connected_),
        bytes_(std::move(other.bytes_)) {}

  bool connected() const { return connected_; }
  int native() const { return socket_; }

  // False once the connection is broken.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Sends as much as the connection takes without anybody reading at the other end.
  std::size_t send_without_waiting(std::string_view bytes) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }

  // On loopback, what was sent is there at once.
  bool has_nothing_to_read() const {
    char byte = 0;
    return bytes_.empty() && ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  // So many bytes, fewer if it ends before.
  std::string read(std::size_t size) {
    while (bytes_.size() < size && receive()) {
    }
    std::string read = bytes_.substr(0, size);
    bytes_.erase(0, size);
    return read;
  }

  void shut_sending() { shutdown(socket_, SHUT_WR); }

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  // The next answer, or one with status 0 if the connection ends before it is whole.
  Answer read_answer(bool head = false) {
    std::size_t end = 0;
    while ((end = bytes_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return {};
    }
    Answer answer;
    answer.header = bytes_.substr(0, end + 2);
    bytes_.erase(0, end + 4);
    answer.status = static_cast<unsigned>(std::stoul(answer.header.substr(9, 3)));
    const std::size_t field = answer.header.find("Content-Length: ");
    const std::size_t size =
        field == std::string::npos || head ? 0 : std::stoul(answer.header.substr(field + 16));
    while (bytes_.size() < size) {
      if (!receive()) return {};
    }
    answer.body = bytes_.substr(0, size);
    bytes_.erase(0, size);
    return answer;
  }

  // Everything until the server closes; fails the check if it resets instead.
  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(bytes_, {});
  }

  bool was_reset() const { return reset_; }

 private:
  bool receive() {
    char buffer[65536];
    const ssize_t size = recv(socket_, buffer, sizeof buffer, 0);
    if (size < 0) reset_ = true;
    if (size <= 0) return false;
    bytes_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool reset_ = false;
  std::string bytes_;
};

}  // namespace tally::net
