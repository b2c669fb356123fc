// What commands of the Redis protocol do, on one counting server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/resp_command.h"
#include "api/resp_reply.h"
#include "base/ids.h"
#include "count/counting.h"
#include "server/add_policy.h"
#include "server/resp_client.h"
#include "server/resp_description.h"

namespace tally {

// One loop's; used by its thread.
class RespCommands {
 public:
  struct Executed {
    // The command's add is counted. Its reply is right once what the server's replies wait for has reached
    // this; an append_unconfirmed() takes its place otherwise.
    std::optional<Sequence> ticket;
    bool close = false;  // behind the reply
  };

  // `thread` and `policy` outlive it. `figures`: all that INFO says but how many counters there are.
  RespCommands(CountingThread& thread, const AddPolicy& policy, std::function<RespFigures()> figures)
      : thread_(thread), policy_(policy), figures_(std::move(figures)) {}

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
  const AddPolicy& policy_;
  const std::function<RespFigures()> figures_;
  std::vector<const Counter*> seen_;  // by scan(), kept for its memory
};

}  // namespace tally
