// A connection that speaks the Redis protocol.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "api/resp_burst.h"
#include "api/resp_parser.h"
#include "net/connection.h"
#include "server/add_policy.h"
#include "server/confirmations.h"
#include "server/held_replies.h"
#include "server/resp_client.h"
#include "server/resp_commands.h"
#include "server/resp_status.h"

namespace tally {

// What the sessions of one loop share.
struct RespHost {
  RespCommands& commands;
  Confirmations& confirmations;
  const AddPolicy& policy;
  RespStatus& status;
  net::PerLoopCount::Part& commands_ever = status.commands_ever.make_part();
  RespBurst burst{};  // for its memory
};

class RespSession final : public net::Connection {
 public:
  RespSession(boost::asio::ip::tcp::socket socket, net::ConnectionHost& host, RespHost& resp,
              RespClient client, bool counted);

  void refuse(const Error& error) override;
  Instant release(Instant now) override;

 private:
  void take(std::string_view& bytes) override;
  // A stop does not wait for the rest of a command.
  Phase phase() const override { return parser_.idle() || is_stopping() ? Phase::idle : Phase::header; }
  std::uint64_t asked() const override { return asked_; }
  std::uint64_t answered() const override { return asked_ - held_.size(); }
  bool has_room() const override { return unsent_bytes() + held_.bytes() < limits().unsent_bytes; }
  std::size_t unfinished_bytes() const override { return parser_.held_bytes(); }
  std::size_t waiting_bytes() const override { return held_.memory(); }
  Duration patience(Phase) const override { return resp_.status.idle_timeout; }

  void take_one(std::string_view& bytes);
  void execute(std::span<const std::string_view> arguments, Counter* known);
  void hold(std::size_t from, Sequence ticket);

  RespHost& resp_;
  const bool counted_;
  RespClient client_;
  RespParser parser_;
  HeldReplies held_;
  std::uint64_t asked_ = 0;
};

}  // namespace tally
