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

// What is looked ahead at is taken only as far as there is room for replies, and none has closed.
void RespSession::take(std::string_view& bytes) {
  const std::uint64_t before = asked_;
  const auto goes_on = [&] { return !bytes.empty() && !is_closing() && has_room(); };
  while (goes_on()) {
    parser_.look_ahead(bytes, resp_.burst);
    const auto commands = resp_.burst.commands();
    if (commands.empty()) {
      take_one(bytes);
      continue;
    }
    const auto known = resp_.commands.look_up(commands);
    for (std::size_t i = 0; i < commands.size() && goes_on(); ++i) {
      bytes.remove_prefix(commands[i].bytes);
      execute(commands[i].arguments, known[i]);
    }
  }
  resp_.commands_ever.add(asked_ - before);
}

void RespSession::take_one(std::string_view& bytes) {
  switch (parser_.feed(bytes)) {
    case RespParser::State::complete: return execute(parser_.arguments(), nullptr);
    case RespParser::State::too_large:
      ++asked_;
      append_too_large(held_.tail(out()));
      return held_.let_pass();
    case RespParser::State::refused: return refuse({Errc::malformed, parser_.refusal()});
    case RespParser::State::incomplete: return;
  }
}

void RespSession::execute(std::span<const std::string_view> arguments, Counter* known) {
  ++asked_;
  std::string& reply = held_.tail(out());
  const std::size_t from = reply.size();
  const RespCommands::Executed done = resp_.commands.execute(client_, arguments, reply, known);
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
  parser_.forget();
  held_.let_pass();
}

}  // namespace tally
