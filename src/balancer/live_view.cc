#include "balancer/live_view.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "net/boot_clock.h"

namespace tally {

namespace {

// A tree is looked at twice as often as its counter is read, so that it is seen both as updates have left it
// and as a read has.
constexpr Duration kBetweenLooks = std::chrono::milliseconds(500);
constexpr Duration kBetweenWholeLooks = 2 * kBetweenLooks;

// Whoever has just come does not wait longer; nor are servers asked more often, however many come.
constexpr Duration kSoonest = std::chrono::milliseconds(100);

// More than any answer that is asked for.
constexpr std::size_t kAnswerBytes = std::size_t{1} << 20;

// Whoever has not taken so much yet is told less often.
constexpr std::size_t kMostUnsent = std::size_t{256} * 1024;

Place place_of(const Assignment& assignment) { return {assignment.id, assignment.url}; }

}  // namespace

LiveView::LiveView(boost::asio::io_context& loop, const Access& access, const Directory& directory,
                   std::shared_ptr<net::TlsContext> tls, bool heard_over_tls)
    : access_(access),
      directory_(directory),
      heard_over_tls_(heard_over_tls),
      client_(loop, {.connect_timeout = kLookPatience, .body_bytes = kAnswerBytes}, std::move(tls)),
      next_(loop, [this] { begin_look(); }) {}

Result<void> LiveView::check_room() const {
  if (ended_) return Error{Errc::unavailable, "This balancer is stopping: watch through another one."};
  const auto watching = std::count_if(watchers_.begin(), watchers_.end(),
                                      [](const Watcher& watcher) { return watcher.reply.is_open(); });
  if (static_cast<std::size_t>(watching) < kMostWatchers) return {};
  return Error{Errc::unavailable, std::to_string(kMostWatchers) +
                                      " watch through this balancer, as many as it allows: close a page that "
                                      "nobody looks at, or watch through another balancer."};
}

void LiveView::watch(WatchQuery query, std::string client, std::string authorization,
                     net::StreamedReply reply) {
  TALLY_CHECK(check_room());
  if (!reply.is_open()) return;
  if (watchers_.empty()) generation_ = access_.generation();
  watchers_.push_back({std::move(query), std::move(client), std::move(authorization), std::move(reply)});
  newcomers_ = true;
  if (looks_ == 0) next_.at(std::max(net::BootClock::now(), began_ + kSoonest));
}

void LiveView::end() {
  ended_ = true;
  watchers_.clear();
}

// Whoever may no longer watch is not told so here: all come again, and are let in or not.
void LiveView::drop_whom_nobody_hears() {
  const bool rules_changed = access_.generation() != generation_;
  std::list<Watcher> dropped;  // ends when all are out: what a connection does then may bring somebody here
  for (auto watcher = watchers_.begin(); watcher != watchers_.end();) {
    const auto next = std::next(watcher);
    if (rules_changed || !watcher->reply.is_open()) dropped.splice(dropped.end(), watchers_, watcher);
    watcher = next;
  }
}

void LiveView::begin_look() {
  drop_whom_nobody_hears();
  const Instant now = net::BootClock::now();
  const bool whole = std::exchange(newcomers_, false) || now >= whole_at_;
  auto all_wanted = wanted(now, whole);
  std::erase_if(readings_, [&](const auto& one) { return !all_wanted.contains(one.first); });
  if (all_wanted.empty()) return;
  began_ = now;
  if (whole) whole_at_ = now + kBetweenWholeLooks;
  for (Watcher& watcher : watchers_) watcher.is_looked_for = true;
  looks_ = all_wanted.size();
  for (auto& [authorization, wanted] : all_wanted) {
    look(client_, std::move(wanted), [this, shown = authorization, now, whole](Sight sight) {
      remember(sight, readings_[shown]);
      tell(shown, sight, now, whole);
      end_look();
    });
  }
}

void LiveView::end_look() {
  if (--looks_ > 0) return;
  next_.at(std::max(net::BootClock::now(), began_ + (newcomers_ ? kSoonest : kBetweenLooks)));
}

std::map<std::string, Wanted> LiveView::wanted(Instant now, bool whole) const {
  std::map<std::string, Wanted> all;
  for (const Watcher& watcher : watchers_) {
    Wanted& wanted = all[watcher.authorization];
    wanted.authorization = watcher.authorization;
    wanted.heard_over_tls = heard_over_tls_;
    wanted.values = whole;
    if (const auto watched = watched_by(watcher, now); watched && *watched) wanted.counters.insert(**watched);
    if (!whole) continue;
    wanted.servers = directory_.list(now);
    const std::string& prefix = watcher.query.prefix;
    if (const auto asked = directory_.assign(now, prefix)) wanted.tops.emplace(prefix, place_of(*asked));
  }
  return all;
}

Result<std::optional<Watched>> LiveView::watched_by(const Watcher& watcher, Instant now) const {
  if (!watcher.query.counter) return std::optional<Watched>();
  if (!watcher.query.server) {
    const auto own = directory_.assign(now, watcher.client);
    if (!own) return own.error();
    return std::optional(Watched{*watcher.query.counter, place_of(*own)});
  }
  for (const ListedServer& listed : directory_.list(now)) {
    if (listed.id != *watcher.query.server) continue;
    return std::optional(Watched{*watcher.query.counter, {listed.id, listed.url}});
  }
  return Error{Errc::invalid, "No server '" + watcher.query.server->text() +
                                  "' has reported here: choose one of those that are shown."};
}

void LiveView::remember(Sight& sight, std::map<Watched, ReadAnswer>& readings) {
  const std::map<Watched, ReadAnswer> before = std::exchange(readings, {});
  for (auto& [watched, counter] : sight.counters) {
    const auto last = before.find(watched);
    if (!counter.reading && counter.trouble.empty() && last != before.end()) counter.reading = last->second;
    if (counter.reading) readings.emplace(watched, *counter.reading);
  }
}

void LiveView::tell(const std::string& authorization, const Sight& sight, Instant at, bool whole) {
  const std::string cluster = whole ? cluster_event(at, sight.servers) : "";
  for (Watcher& watcher : watchers_) {
    if (!watcher.is_looked_for || watcher.authorization != authorization) continue;
    if (watcher.reply.unsent_bytes() > kMostUnsent) continue;
    std::string events = cluster;
    if (whole) events += top_event(top_for(watcher, sight, at));
    if (watcher.query.counter) events += counter_event(counter_for(watcher, sight, at));
    if (!events.empty()) watcher.reply.send(events);
  }
}

SeenTop LiveView::top_for(const Watcher& watcher, const Sight& sight, Instant now) const {
  const auto seen = sight.tops.find(watcher.query.prefix);
  if (seen != sight.tops.end()) return seen->second;
  const auto asked = directory_.assign(now, watcher.query.prefix);
  return {.trouble = asked ? "" : asked.error().detail};
}

SeenCounter LiveView::counter_for(const Watcher& watcher, const Sight& sight, Instant now) const {
  const auto watched = watched_by(watcher, now);
  if (!watched) return {.name = *watcher.query.counter, .trouble = watched.error().detail};
  const auto seen = sight.counters.find(**watched);
  if (seen != sight.counters.end()) return seen->second;
  return {.name = *watcher.query.counter, .server = (*watched)->server.first};
}

}  // namespace tally
