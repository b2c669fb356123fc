#include "client/server_choice.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/check.h"

namespace tally {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Longer than a balancer's usual lease, after which it has noticed too.
constexpr Duration kAvoidFor = seconds(5);

// What a balancer may say of how long its answer is valid.
constexpr milliseconds kShortestValidity = seconds(1);
constexpr milliseconds kLongestValidity = minutes(60);

}  // namespace

ServerChoice::ServerChoice(std::vector<net::Url> balancers, std::string client_id, Transport& transport)
    : client_id_(std::move(client_id)), transport_(transport), balancers_(std::move(balancers), transport) {
  TALLY_CHECK(!client_id_.empty());
}

Result<ChosenServer> ServerChoice::next(const std::set<net::Url>& tried) {
  const bool current_will_do = current_ && !tried.contains(current_->url);
  if (current_will_do && transport_.now() < confirm_at_) return *current_;

  const auto mine = assigned();
  const bool mine_will_do = mine && !tried.contains(mine->url);
  if (mine_will_do && !is_avoided(*mine)) return *mine;
  if (current_will_do) return *current_;
  if (auto other = another(tried)) return *std::move(other);
  if (mine_will_do) return *mine;
  if (!mine) return mine.error();
  return Error{Errc::unreachable, "No other counting server is ready."};
}

void ServerChoice::failed(const ChosenServer& server) {
  if (current_ == server) current_.reset();
  avoided_ = server.url;
  avoided_until_ = transport_.now() + kAvoidFor;
}

Result<ChosenServer> ServerChoice::assigned() {
  confirm_at_ = transport_.now() +
                valid_for_;  // without an answer, too: a balancer that is gone shall not cost every call
  const auto assignment = balancers_.assignment(client_id_);
  if (!assignment) return assignment.error();
  auto url = net::Url::parse(assignment->url);
  if (!url) return url.error();
  if (!may_follow(*url)) {
    return Error{Errc::unreachable,
                 "The balancer speaks TLS, and names the server " + url->text() +
                     ", which does not: nothing was said to it. Start it with --tls-cert."};
  }
  valid_for_ = milliseconds(std::clamp<std::int64_t>(assignment->valid_for_ms, kShortestValidity.count(),
                                                     kLongestValidity.count()));
  confirm_at_ = transport_.now() + valid_for_;
  return ChosenServer{assignment->id, *std::move(url)};
}

std::optional<ChosenServer> ServerChoice::another(const std::set<net::Url>& tried) {
  if (const auto servers = balancers_.servers()) {
    ready_.clear();
    for (const ListedServer& server : *servers) {
      auto url = net::Url::parse(server.url);
      if (url && may_follow(*url) && server.state == ServerState::ready)
        ready_.push_back({server.id, *std::move(url)});
    }
  }
  std::vector<ChosenServer> left;
  for (const ChosenServer& server : ready_) {
    if (!tried.contains(server.url) && !is_avoided(server)) left.push_back(server);
  }
  if (left.empty()) return std::nullopt;
  // The clients of a server that died spread over the others.
  return left[std::hash<std::string>{}(client_id_) % left.size()];
}

// What was said over TLS, a token for one, is not said again in clear because somebody else says so.
bool ServerChoice::may_follow(const net::Url& url) const { return url.tls || !balancers_.answered().tls; }

bool ServerChoice::is_avoided(const ChosenServer& server) const {
  return avoided_ == server.url && transport_.now() < avoided_until_;
}

}  // namespace tally
