// Commands of the Redis protocol that are about the connection, not about counters. `arguments` are the whole
// command, as many as its facts say (api/resp_command.h).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/resp_reply.h"
#include "server/resp_client.h"

namespace tally {

void serve_ping(std::span<const std::string_view> arguments, RespReply reply);

// Replies in the version that it agrees on.
void serve_hello(RespClient& client, std::span<const std::string_view> arguments, std::string& out);

// There is no password, so the user "default" is let in with any.
void serve_auth(std::span<const std::string_view> arguments, RespReply reply);

void serve_select(std::string_view database, RespReply reply);

// GETNAME HELP ID INFO LIST NO-EVICT SETNAME. A list has this connection alone: others belong to other loops.
void serve_client(RespClient& client, std::span<const std::string_view> arguments, RespReply reply);

// There are no transactions. Clients send one all at once, so what follows a MULTI is refused up to its EXEC
// or DISCARD: they see as Redis has it that none of it was done. False, and no reply, where it is none of the
// three, or comes without its MULTI.
bool refuse_transaction(RespClient& client, std::span<const std::string_view> arguments, RespReply reply);

}  // namespace tally
