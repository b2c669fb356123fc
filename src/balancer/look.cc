#include "balancer/look.h"

#include <memory>
#include <utility>

#include "api/list_query.h"
#include "api/media_type.h"
#include "api/problem.h"
#include "api/targets.h"
#include "net/url.h"

namespace tally {

namespace {

constexpr std::uint32_t kTop = 20;

// Lives as long as somebody is asked.
class Look : public std::enable_shared_from_this<Look> {
 public:
  Look(net::HttpClient& client, Wanted wanted, std::function<void(Sight)> seen)
      : client_(client), wanted_(std::move(wanted)), seen_(std::move(seen)) {}

  void begin() {
    ++asked_;  // until all are
    for (const ListedServer& listed : wanted_.servers) sight_.servers.push_back({listed});
    for (SeenServer& server : sight_.servers) {
      if (server.listed.state != ServerState::down) ask_stats(server);
    }
    for (const Watched& watched : wanted_.counters) ask_tree(watched);  // first: a listing reads, too
    for (const auto& [prefix, server] : wanted_.tops) ask_top(prefix, server);
    answered();
  }

 private:
  // What is asked for goes to its place in sight_, of which nothing moves any more.

  void ask_stats(SeenServer& server) {
    ask<ServerStats>(server.listed.url, "/v1/stats", &read_server_stats, server.trouble,
                     [&server](ServerStats stats) { server.stats = std::move(stats); });
  }

  void ask_top(const std::string& prefix, const Place& server) {
    SeenTop& top = sight_.tops[prefix];
    top.server = server.first;
    const ListQuery greatest{.prefix = prefix, .order = ListOrder::by_value_down, .limit = kTop, .after = {}};
    ask<PageAnswer>(server.second, list_target(greatest), &read_page_answer, top.trouble,
                    [&top](PageAnswer page) { top.counters = std::move(page.counters); });
  }

  void ask_tree(const Watched& watched) {
    SeenCounter& counter = sight_.counters[watched];
    counter.name = watched.counter;
    counter.server = watched.server.first;
    ask<TreeAnswer>(watched.server.second, tree_target(watched.counter), &read_tree_answer, counter.trouble,
                    [this, &watched, &counter](TreeAnswer tree) {
                      counter.nodes = std::move(tree.nodes);
                      if (wanted_.values) ask_value(watched, counter);
                    });
  }

  void ask_value(const Watched& watched, SeenCounter& counter) {
    ask<ReadAnswer>(watched.server.second, counter_target(watched.counter), &read_read_answer,
                    counter.trouble,
                    [&counter](ReadAnswer reading) { counter.reading = std::move(reading); });
  }

  // Hands what `read` made of the answer to `keep`, or says in `trouble` why there is none.
  template <class Answer>
  void ask(const std::string& url, const std::string& target, Result<Answer> (*read)(std::string_view),
           std::string& trouble, std::function<void(Answer)> keep) {
    const auto server = onward(url, wanted_.heard_over_tls, wanted_.authorization);
    if (!server) {
      trouble = server.error().detail;
      return;
    }
    ++asked_;
    client_.send({.method = "GET",
                  .server = *server,
                  .target = target,
                  .accept = std::string(kJsonType),
                  .authorization = wanted_.authorization,
                  .answer_timeout = kLookPatience},
                 [self = shared_from_this(), read, &trouble,
                  keep = std::move(keep)](const Result<net::ClientResponse>& response) {
                   auto answer = read_by(read, response);
                   if (answer) {
                     keep(std::move(*answer));
                   } else {
                     trouble = answer.error().detail;
                   }
                   self->answered();
                 });
  }

  template <class Answer>
  static Result<Answer> read_by(Result<Answer> (*read)(std::string_view),
                                const Result<net::ClientResponse>& response) {
    if (!response && response.error().code == Errc::unknown_outcome) {
      return Error{Errc::unreachable, "It gave no whole answer in time: see whether it is overloaded."};
    }
    if (!response) return response.error();
    if (response->status != 200) return read_problem(response->status, response->body);
    return read(response->body);
  }

  void answered() {
    if (--asked_ == 0) seen_(std::move(sight_));
  }

  net::HttpClient& client_;
  const Wanted wanted_;
  const std::function<void(Sight)> seen_;
  Sight sight_;
  std::size_t asked_ = 0;  // and not answered yet
};

}  // namespace

Result<net::Url> onward(const std::string& url, bool heard_over_tls, std::string_view authorization) {
  auto server = net::Url::parse(url);
  if (!server || server->tls || !heard_over_tls || authorization.empty()) return server;
  return Error{Errc::unreachable, "What was said to this balancer over TLS is not said again in clear, to " +
                                      url + ": start that server with --tls-cert, too."};
}

void look(net::HttpClient& client, Wanted wanted, std::function<void(Sight)> seen) {
  std::make_shared<Look>(client, std::move(wanted), std::move(seen))->begin();
}

}  // namespace tally
