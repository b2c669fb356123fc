// What programs and commands ask counting servers through.
//
// A FailoverClient asks a balancer once which counting server is its own and stays with it; now and then it
// asks again. When its server fails, it moves on: to the balancer's choice or, while the balancer has not
// noticed yet, to any server that is ready. When the balancers fail, it goes on with the servers that it
// knows.
//
// Whatever fails without counting (unreachable, starting, overloaded, stopping) is sent again, in rounds over
// the servers with growing pauses in between: about three seconds in all, and the time-outs of servers that
// do not answer. An add whose outcome is unknown is never sent again: the caller decides. A read is sent
// again after any failure of a server. Every other error is a server's refusal, and nothing was counted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/add_request.h"
#include "api/answers.h"
#include "api/assignment.h"
#include "base/int128.h"
#include "base/result.h"
#include "client/server_choice.h"
#include "client/transport.h"
#include "count/list_query.h"
#include "net/url.h"

namespace tally {

struct ClientOptions {
  std::vector<net::Url> balancers;  // at least one; asked in this order until one answers
  std::string client_id;            // not empty; a balancer keeps a client id with one counting server
  // Whether what failed is sent again after a pause. Without it a call fails once some servers were asked.
  bool patient = true;
  Duration answer_timeout{};  // of each server; zero: ten seconds
  // Shown to balancers, and to the servers that they name. Letters, digits and - . _ ~ + / =; empty: none.
  std::string token{};
  std::string tls_authorities{};  // the file of the CAs that https:// is trusted by; empty: the system's
};

// Calls block. Used by one thread; a program with many threads has one in each.
class FailoverClient {
 public:
  // Sends nothing yet.
  explicit FailoverClient(const ClientOptions& options);
  FailoverClient(ClientOptions options, std::unique_ptr<Transport> transport);

  // Adds `delta` and returns the counter's value with it, as the server knows it. The sum over many servers
  // may exceed 64 bits, here and below.
  Result<Int128> add(std::string_view name, std::int64_t delta = 1);

  // The same, and what holds the add: less than `ack`, which is the server's --ack if it is not given, where
  // that could not be had in time.
  Result<AddAnswer> add_with_ack(std::string_view name, std::int64_t delta = 1, std::optional<Ack> ack = {});

  // Adds all of them or none: at most kMaxBatchEntries, and 1 MiB as JSON. Returns the values in the same
  // order.
  Result<std::vector<Int128>> add(std::span<const NamedDelta> deltas);
  Result<BatchAnswer> add_with_ack(std::span<const NamedDelta> deltas, std::optional<Ack> ack = {});

  // The counter's value, 0 if nobody touched it.
  Result<Int128> get(std::string_view name);

  // The same, and how fresh it is. `fresh`: the server asks all others first, and waits for those that it can
  // reach.
  Result<ReadAnswer> read(std::string_view name, bool fresh = false);

  // The first counters that begin with `prefix`, by the bytes of their names; `limit` is 1 to 1000. Does not
  // pause.
  Result<std::vector<std::string>> names(std::string_view prefix, std::uint32_t limit);

  // A page of counters: the first one, or the one behind that whose `next` is `cursor`; `query.limit` is 1 to
  // 1000.
  Result<PageAnswer> page(const ListQuery& query, const std::optional<std::string>& cursor = {});

  // All counting servers, as a balancer knows them.
  Result<std::vector<ListedServer>> servers();

  // What one program answers to GET `target`, whatever its status. Asked once.
  Result<net::ClientResponse> look(const net::Url& program, std::string target);

  // Whose answer came last; none before the first, and after a failure.
  const std::optional<ChosenServer>& server() const { return choice_.current(); }

 private:
  enum class Repeat { if_nothing_counted, always };

  // The body of the first answer with a status of 2xx.
  Result<PageAnswer> page(const std::string& target, unsigned rounds);
  Result<std::string> ask(net::ClientRequest request, Repeat repeat, unsigned rounds);
  Result<std::string> ask_servers_in_turn(net::ClientRequest& request, Repeat repeat);

  unsigned rounds_;
  Duration answer_timeout_;
  std::unique_ptr<Transport> transport_;
  ServerChoice choice_;
};

}  // namespace tally
