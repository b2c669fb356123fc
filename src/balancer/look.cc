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

class Look : public std::enable_shared_from_this<Look> {
 public:
  Look(net::HttpClient& client, Wanted wanted, std::function<void(Sight)> seen)
      : client_(client), wanted_(std::move(wanted)), seen_(std::move(seen)) {}

  void begin() {
    const auto self = shared_from_this();
    ++asked_;  // until all are
    for (const ListedServer& listed : wanted_.servers) ask_stats(sight_.servers.emplace_back(listed));
    for (const auto& [prefix, place] : wanted_.tops) ask_top(prefix, place);
    for (const Watched& watched : wanted_.counters) ask_tree(watched);
    answered();
  }

 private:
  using Answer = Result<std::string>;

  // These write where they have been told to; nothing of sight_ moves while somebody is asked.

  void ask_stats(SeenServer& server) {
    if (server.listed.state == ServerState::down) return;
    const std::size_t place = sight_.servers.size() - 1;
    ask(server.listed.url, "/v1/stats", [this, place](const Answer& answer) {
      SeenServer& seen = sight_.servers[place];
      auto stats = answer ? read_server_stats(*answer) : answer.error();
      stats ? void(seen.stats = *std::move(stats)) : void(seen.trouble = stats.error().detail);
    });
  }

  void ask_top(const std::string& prefix, const Place& place) {
    SeenTop& top = sight_.tops[prefix];
    top.server = place.first;
    const ListQuery greatest{.prefix = prefix, .order = ListOrder::by_value_down, .limit = kTop, .after = {}};
    ask(place.second, list_target(greatest), [&top](const Answer& answer) {
      auto page = answer ? read_page_answer(*answer) : answer.error();
      page ? void(top.counters = std::move(page->counters)) : void(top.trouble = page.error().detail);
    });
  }

  void ask_tree(const Watched& watched) {
    SeenCounter& counter = sight_.counters[watched];
    counter.name = watched.counter;
    counter.server = watched.server.first;
    ask(watched.server.second, tree_target(watched.counter),
        [this, &watched, &counter](const Answer& answer) {
          auto tree = answer ? read_tree_answer(*answer) : answer.error();
          if (!tree) {
            counter.trouble = tree.error().detail;
            return;
          }
          counter.nodes = std::move(tree->nodes);
          if (wanted_.values) ask_value(watched, counter);
        });
  }

  void ask_value(const Watched& watched, SeenCounter& counter) {
    ask(watched.server.second, counter_target(watched.counter), [&counter](const Answer& answer) {
      auto reading = answer ? read_read_answer(*answer) : answer.error();
      reading ? void(counter.reading = *std::move(reading)) : void(counter.trouble = reading.error().detail);
    });
  }

  void ask(const std::string& url, std::string target, std::function<void(const Answer&)> take) {
    const auto server = net::Url::parse(url);
    if (!server) return take(server.error());
    ++asked_;
    client_.send({.method = "GET",
                  .server = *server,
                  .target = std::move(target),
                  .accept = std::string(kJsonType),
                  .authorization = wanted_.authorization,
                  .answer_timeout = kLookPatience},
                 [self = shared_from_this(), take = std::move(take)](Result<net::ClientResponse> response) {
                   if (!response) {
                     take(response.error());
                   } else if (response->status != 200) {
                     take(read_problem(response->status, response->body));
                   } else {
                     take(std::move(response->body));
                   }
                   self->answered();
                 });
  }

  void answered() {
    if (--asked_ == 0) seen_(std::move(sight_));
  }

  net::HttpClient& client_;
  const Wanted wanted_;
  const std::function<void(Sight)> seen_;
  Sight sight_;
  std::size_t asked_ = 0;
};

}  // namespace

void look(net::HttpClient& client, Wanted wanted, std::function<void(Sight)> seen) {
  std::make_shared<Look>(client, std::move(wanted), std::move(seen))->begin();
}

}  // namespace tally
