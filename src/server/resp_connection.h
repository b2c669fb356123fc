// Commands of the Redis protocol that are about the connection, not about counters. `arguments` are the whole
// command, as many as its facts say (api/resp_command.h).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/resp_reply.h"
#include "edge/gate.h"
#include "server/resp_client.h"

namespace tally {

void serve_ping(std::span<const std::string_view> arguments, RespReply reply);

// Nothing needs to be shown here, or the client has shown a token that is still known.
bool is_let_in(RespClient& client, Gate& gate);

// Replies in the version that it agrees on.
void serve_hello(RespClient& client, Gate& gate, std::span<const std::string_view> arguments,
                 std::string& out);

// A token is the password of the user of its name, and of "default". Without tokens there is no password:
// that user is let in with any.
void serve_auth(RespClient& client, Gate& gate, std::span<const std::string_view> arguments, RespReply reply);

void serve_select(std::string_view database, RespReply reply);

// GETNAME HELP ID INFO LIST NO-EVICT SETNAME. A list has this connection alone: others belong to other loops.
void serve_client(RespClient& client, std::span<const std::string_view> arguments, RespReply reply);

// There are no transactions. Clients send one all at once, so what follows a MULTI is refused up to its EXEC
// or DISCARD: they see as Redis has it that none of it was done. False, and no reply, where it is none of the
// three, or comes without its MULTI.
bool refuse_transaction(RespClient& client, std::span<const std::string_view> arguments, RespReply reply);

}  // namespace tally
