// What those see who watch the cluster through this balancer, as events: the servers, the greatest counters,
// and one counter's value and tree. While somebody watches, and only then, servers are asked every second, or
// a little earlier for somebody who has just come, once for all who watch the same and show the same token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "balancer/directory.h"
#include "balancer/look.h"
#include "balancer/watch_query.h"
#include "edge/access.h"
#include "net/http_client.h"
#include "net/streamed_reply.h"
#include "net/waker.h"

namespace tally {

// On the loop of its directory, by its thread.
class LiveView {
 public:
  static constexpr std::size_t kMostWatchers = 64;

  // The first three outlive it; the loop runs no more when it is destroyed. `tls`: how servers are asked, as
  // HttpClient's; `heard_over_tls`: watchers speak that.
  LiveView(boost::asio::io_context& loop, const Access& access, const Directory& directory,
           std::shared_ptr<net::TlsContext> tls, bool heard_over_tls);

  // Errc::unavailable: so many watch already, or it has ended.
  Result<void> check_room() const;

  // Tells that to `reply`, until nobody listens any more. There is room. `client` is whose counting server is
  // looked at; `authorization` is what servers are shown.
  void watch(WatchQuery query, std::string client, std::string authorization, net::StreamedReply reply);

  // Ends all that is told.
  void end();

 private:
  struct Watcher {
    WatchQuery query;
    std::string client;
    std::string authorization;
    net::StreamedReply reply;
    bool is_looked_for = false;  // by the look under way, which began after he came
  };

  // The counter that somebody watches, and where; nothing: he watches none. Errors as assign()'s, and
  // Errc::invalid: that server is not known.
  Result<std::optional<Watched>> watched_by(const Watcher& watcher, Instant now) const;

  void drop_whom_nobody_hears();
  void begin_look();
  void end_look();
  // By what servers are shown. A whole look is one at everything, another one at trees only.
  std::map<std::string, Wanted> wanted(Instant now, bool whole) const;
  // Gives trees that were only looked at the reading before.
  static void remember(Sight& sight, std::map<Watched, ReadAnswer>& readings);
  // All who show servers that.
  void tell(const std::string& authorization, const Sight& sight, Instant at, bool whole);
  SeenTop top_for(const Watcher& watcher, const Sight& sight, Instant now) const;
  SeenCounter counter_for(const Watcher& watcher, const Sight& sight, Instant now) const;

  const Access& access_;
  const Directory& directory_;
  const bool heard_over_tls_;
  net::HttpClient client_;
  net::Waker next_;
  std::list<Watcher> watchers_;
  std::uint64_t generation_ = 0;  // of the rules by which they were let in
  // The last of each that is watched, by what servers were shown.
  std::map<std::string, std::map<Watched, ReadAnswer>> readings_{};
  std::size_t looks_ = 0;   // under way
  bool newcomers_ = false;  // who have been told nothing yet
  bool ended_ = false;
  Instant began_{};     // the last look
  Instant whole_at_{};  // when the next whole look is due
};

}  // namespace tally
