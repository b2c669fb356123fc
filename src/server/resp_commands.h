// What commands of the Redis protocol do, on one counting server.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/resp_burst.h"
#include "api/resp_command.h"
#include "api/resp_reply.h"
#include "base/ids.h"
#include "count/counting.h"
#include "edge/gate.h"
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

  // `thread`, `access` and `policy` outlive it. `figures`: all that INFO says but how many counters there
  // are.
  RespCommands(CountingThread& thread, const Access& access, const AddPolicy& policy,
               std::function<RespFigures()> figures)
      : thread_(thread), gate_(access), policy_(policy), figures_(std::move(figures)) {}

  // Finds the counters that the commands name first, those that exist, all at once. The i-th is `known` to
  // execute() the i-th command; valid until the next call.
  std::span<Counter* const> look_up(std::span<const RespBurst::Command> commands);

  // Appends one reply, or none where the connection closes without. `arguments` are what RespParser says: at
  // least one, the command's name. `known`: the counter named by the second of them; null if nobody looked,
  // or there was none. An add takes no lock and allocates nothing, but for a new name and room in `out`.
  Executed execute(RespClient& client, std::span<const std::string_view> arguments, std::string& out,
                   Counter* known = nullptr);

 private:
  using Arguments = std::span<const std::string_view>;

  Executed refuse(RespClient& client, Arguments arguments, RespReply reply);
  // Nothing: not counted, and the reply says why.
  std::optional<Sequence> add(RespCommand command, Arguments arguments, std::string& out, Counter* known);
  Result<Added> add_new(std::string_view name, std::int64_t delta);
  void read(RespCommand command, Arguments arguments, RespReply reply, Counter* known);
  static void append_value(std::optional<Int128> value, RespReply reply);
  void scan(Arguments arguments, RespReply reply);

  CountingThread& thread_;
  Gate gate_;
  const AddPolicy& policy_;
  const std::function<RespFigures()> figures_;
  std::array<Counter*, RespBurst::kMostCommands> known_;  // look_up()'s
  std::vector<const Counter*> seen_;                      // by scan(), kept for its memory
};

}  // namespace tally
