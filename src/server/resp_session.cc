#include "server/resp_session.h"

#include <string>
#include <utility>

namespace tally {

RespSession::RespSession(boost::asio::ip::tcp::socket socket, net::ConnectionHost& host, RespHost& resp,
                         RespClient client, bool counted)
    : Connection(std::move(socket), host, counted),
      resp_(resp),
      counted_(counted),
      client_(std::move(client)) {}

void RespSession::take(std::string_view& bytes) {
  const std::uint64_t before = asked_;
  while (!bytes.empty() && !is_closing() && has_room()) {
    switch (parser_.feed(bytes)) {
      case RespParser::State::complete: execute(); break;
      case RespParser::State::too_large:
        ++asked_;
        append_too_large(held_.tail(out()));
        held_.let_pass();
        break;
      case RespParser::State::refused: refuse({Errc::malformed, parser_.refusal()}); break;
      case RespParser::State::incomplete: break;
    }
  }
  if (asked_ != before) resp_.status.commands_ever.fetch_add(asked_ - before, std::memory_order_relaxed);
}

void RespSession::execute() {
  ++asked_;
  std::string& reply = held_.tail(out());
  const std::size_t from = reply.size();
  const RespCommands::Executed done = resp_.commands.execute(client_, parser_.arguments(), reply);
  if (done.close) close_once_answered();
  if (done.ticket && resp_.policy.default_ack().holder != Ack::Holder::memory) {
    hold(from, *done.ticket);
  } else {
    held_.let_pass();
  }
}

void RespSession::hold(std::size_t from, Sequence ticket) {
  const net::Hold until = resp_.confirmations.await(resp_.policy.default_ack(), ticket);
  net::Holds& holds = resp_.confirmations.holds();
  const bool first = held_.empty();
  held_.hold(out(), from, until, holds.deadline(now()));
  if (first) holds.enter(shared_from_this(), held_.late());
}

Instant RespSession::release(Instant now) {
  if (!is_open()) return Instant::max();
  held_.release(out(), resp_.confirmations.holds(), now, [this](std::string& out, net::Hold hold) {
    append_unconfirmed(out, resp_.confirmations.got(hold));
  });
  return held_.late();
}

void RespSession::refuse(const Error& error) {
  ++asked_;
  close_once_answered();
  RespReply reply(held_.tail(out()), client_.version);
  reply.error("ERR " + (counted_ ? error.detail : std::string("max number of clients reached")));
  held_.let_pass();
}

}  // namespace tally
