// Which counting server a client talks to: one that it sticks to, until that one fails.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/ids.h"
#include "base/result.h"
#include "client/balancers.h"
#include "client/transport.h"
#include "net/url.h"

namespace tally {

struct ChosenServer {
  ServerId id;
  net::Url url;

  bool operator==(const ChosenServer&) const = default;
};

class ServerChoice {
 public:
  // `transport` outlives this.
  ServerChoice(std::vector<net::Url> balancers, std::string client_id, Transport& transport);

  // The server to ask now, other than those in `tried`. In this order: the current one, confirmed by a
  // balancer when its time has come; the balancer's choice; another that is ready. Errors: a balancer's, if
  // there was no answer that helps; Errc::unreachable when all were tried.
  Result<ChosenServer> next(const std::set<net::Url>& tried);

  void answered(const ChosenServer& server) { current_ = server; }

  // `server` is not asked for a while if there is another, whatever the balancers say: they may not know yet.
  void failed(const ChosenServer& server);

  const std::optional<ChosenServer>& current() const { return current_; }
  Balancers& balancers() { return balancers_; }

 private:
  Result<ChosenServer> assigned();
  std::optional<ChosenServer> another(const std::set<net::Url>& tried);
  bool may_follow(const net::Url& url) const;
  bool is_avoided(const ChosenServer& server) const;

  std::string client_id_;
  Transport& transport_;
  Balancers balancers_;
  std::optional<ChosenServer> current_;
  Duration valid_for_ = std::chrono::minutes(1);  // as a balancer said last
  Instant confirm_at_{};
  std::vector<ChosenServer> ready_;  // when a balancer was last asked for all
  std::optional<net::Url> avoided_;
  Instant avoided_until_{};
};

}  // namespace tally
