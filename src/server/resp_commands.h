// What commands of the Redis protocol do, on one counting server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/resp_command.h"
#include "api/resp_reply.h"
#include "base/ids.h"
#include "base/result.h"
#include "count/counting.h"
#include "server/resp_client.h"
#include "server/resp_description.h"

namespace tally {

// What the commands need to know of the server around them. Called by the loop's thread; the first two at
// every command, so they are quick and allocate nothing while all is well.
struct RespServer {
  std::function<Result<void>()> check_reads;  // whether it is open
  std::function<Result<void>()> check_adds;   // and whether what its replies wait for can be had
  std::function<RespFigures()> figures;       // but how many counters there are
};

// One loop's; used by its thread.
class RespCommands {
 public:
  struct Executed {
    // The command's add is counted. Its reply is right once what the server's replies wait for has reached
    // this; an append_unconfirmed() takes its place otherwise.
    std::optional<Sequence> ticket;
    bool close = false;  // behind the reply
  };

  // `thread` and `server` outlive it.
  RespCommands(CountingThread& thread, const RespServer& server) : thread_(thread), server_(server) {}

  // Appends one reply, or none where the connection closes without. `arguments` are what RespParser says: at
  // least one, the command's name. An add takes no lock and allocates nothing, but for a new name and room in
  // `out`.
  Executed execute(RespClient& client, std::span<const std::string_view> arguments, std::string& out);

 private:
  using Arguments = std::span<const std::string_view>;

  Executed refuse(RespClient& client, Arguments arguments, RespReply reply);
  // Nothing: not counted, and the reply says why.
  std::optional<Sequence> add(RespCommand command, Arguments arguments, std::string& out);
  void read(RespCommand command, Arguments arguments, RespReply reply);
  void append_value(std::string_view name, RespReply reply);
  void scan(Arguments arguments, RespReply reply);

  CountingThread& thread_;
  const RespServer& server_;
  std::vector<const Counter*> seen_;  // by scan(), kept for its memory
};

}  // namespace tally
