#include "balancer/live_view.h"

#include <algorithm>
#include <utility>

#include "net/boot_clock.h"

namespace tally {

namespace {

// A tree is looked at twice as often as its counter is read, so that it is seen both as updates have left it
// and as a read has.
constexpr Duration kBetweenLooks = std::chrono::milliseconds(500);
constexpr Duration kBetweenWholeLooks = 2 * kBetweenLooks;

// Whoever has not taken so much yet is told less often.
constexpr std::size_t kMostUnsent = std::size_t{256} * 1024;

Place place_of(const Assignment& assignment) { return {assignment.id, assignment.url}; }

}  // namespace

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
  if (watchers_.empty()) generation_ = access_.generation();
  watchers_.push_back({std::move(query), std::move(client), std::move(authorization), std::move(reply)});
  newcomers_ = true;
  if (!looking_) next_.at(net::BootClock::now());
}

void LiveView::end() {
  ended_ = true;
  watchers_.clear();
}

// Whoever may no longer watch is not told so here: all come again, and are let in or not.
void LiveView::drop_whom_nobody_hears() {
  const bool rules_changed = access_.generation() != generation_;
  watchers_.remove_if([&](const Watcher& watcher) { return rules_changed || !watcher.reply.is_open(); });
}

void LiveView::begin_look() {
  drop_whom_nobody_hears();
  if (watchers_.empty()) {
    readings_.clear();
    return;
  }
  const Instant now = net::BootClock::now();
  const bool whole = std::exchange(newcomers_, false) || now >= whole_at_;
  if (whole) whole_at_ = now + kBetweenWholeLooks;
  looking_ = true;
  for (Watcher& watcher : watchers_) watcher.is_looked_for = true;
  look(client_, wanted(now, whole), [this, now, whole](Sight sight) {
    looking_ = false;
    remember(sight);
    tell(sight, now, whole);
    next_.at(newcomers_ ? net::BootClock::now() : now + kBetweenLooks);
  });
}

Wanted LiveView::wanted(Instant now, bool whole) const {
  Wanted wanted;
  wanted.values = whole;
  if (whole) wanted.servers = directory_.list(now);
  for (const Watcher& watcher : watchers_) {
    const std::string& prefix = watcher.query.prefix;
    const auto asked = directory_.assign(now, prefix);
    if (whole && asked) wanted.tops.emplace(prefix, place_of(*asked));
    if (const auto watched = watched_by(watcher, now); watched && *watched) wanted.counters.insert(**watched);
    // All were let in as readers: what one of them may see, all may.
    if (wanted.authorization.empty()) wanted.authorization = watcher.authorization;
  }
  return wanted;
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

void LiveView::remember(Sight& sight) {
  std::map<Watched, ReadAnswer> readings;
  for (auto& [watched, counter] : sight.counters) {
    const auto last = readings_.find(watched);
    if (!counter.reading && counter.trouble.empty() && last != readings_.end())
      counter.reading = last->second;
    if (counter.reading) readings.emplace(watched, *counter.reading);
  }
  readings_ = std::move(readings);
}

void LiveView::tell(const Sight& sight, Instant at, bool whole) {
  const std::string cluster = whole ? cluster_event(at, sight.servers) : "";
  for (Watcher& watcher : watchers_) {
    if (!watcher.is_looked_for || watcher.reply.unsent_bytes() > kMostUnsent) continue;
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
