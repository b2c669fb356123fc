#include "client/doctor.h"

#include <algorithm>
#include <map>
#include <set>

#include "api/server_state.h"
#include "api/text.h"
#include "base/duration.h"

namespace tally {

namespace {

using Grade = Finding::Grade;

class Judge {
 public:
  explicit Judge(const ClusterFacts& facts) : facts_(facts) {}

  std::vector<Finding> findings() && {
    judge_balancers();
    for (const ServerFacts& server : facts_.servers) judge_server(server);
    judge_ids();
    judge_cluster();
    return std::move(findings_);
  }

 private:
  void say(Grade grade, std::string_view check, std::string subject, std::string detail,
           std::string advice = {}) {
    findings_.push_back({grade, check, std::move(subject), std::move(detail), std::move(advice)});
  }

  void judge_balancers();
  void judge_server(const ServerFacts& server);
  bool judge_reach(const ServerFacts& server);
  void judge_identity(const ServerFacts& server);
  void judge_hearing(const ServerFacts& server);
  void judge_alarms(const ServerFacts& server);
  void judge_copies(const ServerFacts& server);
  void judge_ids();
  void judge_cluster();

  std::string how_to_reach(const ServerFacts& server) const;
  std::string remove(const std::string& id) const;
  bool answers(const std::string& id) const;
  bool is_missed(const std::string& id) const;
  bool any_balancer_answers() const;

  const ClusterFacts& facts_;
  std::vector<Finding> findings_;
};

bool is_loopback(const net::Url& url) {
  return url.host == "localhost" || url.host == "::1" || url.host.starts_with("127.");
}

bool is_loopback(const std::string& url) {
  const auto parsed = net::Url::parse(url);
  return parsed && is_loopback(*parsed);
}

constexpr std::string_view kShowToken = "Show a token that may read: --token-file FILE.";

bool wants_token(const Error& error) {
  return error.code == Errc::unauthorized || error.code == Errc::insufficient_scope;
}

std::string seconds(std::int64_t ms) { return to_text(std::chrono::milliseconds((ms + 999) / 1000 * 1000)); }

bool Judge::any_balancer_answers() const {
  return std::ranges::any_of(facts_.balancers,
                             [](const BalancerFacts& each) { return each.servers.has_value(); });
}

std::string Judge::how_to_reach(const ServerFacts& server) const {
  if (!is_loopback(server.url)) {
    return "See that a firewall lets this machine through, and that its --advertise is right.";
  }
  const bool all_here =
      std::ranges::all_of(facts_.balancers, [](const BalancerFacts& each) { return is_loopback(each.url); });
  return all_here
             ? "It has just ended, or hangs: see its log, and start it again with the --data that it had."
             : "Its URL " + server.url +
                   " is for its own machine alone: start it with --advertise and a name or address that "
                   "others reach.";
}

std::string Judge::remove(const std::string& id) const {
  std::string balancer = "BALANCER";
  for (const BalancerFacts& each : facts_.balancers) {
    if (each.servers) balancer = each.url.text();
  }
  return "if it is gone for good, remove it: curl -X DELETE " + balancer + "/v1/servers/" + id + ".";
}

bool Judge::answers(const std::string& id) const {
  return std::ranges::any_of(facts_.servers, [&id](const ServerFacts& each) {
    return each.id.text() == id && !each.unreachable && !each.why_not_ready;
  });
}

// By a server that answers: its reads lack what `id` counted.
bool Judge::is_missed(const std::string& id) const {
  return std::ranges::any_of(facts_.servers, [&id](const ServerFacts& each) {
    return each.reading && std::ranges::find(each.reading->missing, id) != each.reading->missing.end();
  });
}

void Judge::judge_balancers() {
  for (const BalancerFacts& balancer : facts_.balancers) {
    const std::string url = balancer.url.text();
    if (!balancer.servers && wants_token(balancer.servers.error())) {
      say(Grade::fail, "access", url, "It does not let this client look: " + balancer.servers.error().detail,
          std::string(kShowToken));
      continue;
    }
    if (!balancer.servers) {
      say(any_balancer_answers() ? Grade::warn : Grade::fail, "balancer", url,
          "No balancer answers there: " + balancer.servers.error().detail,
          "Start it (tally balancer), or name another with --balancer or TALLY_BALANCER. Counting goes on "
          "without it; clients that look for a server do not find one.");
      continue;
    }
    if (balancer.servers->empty()) {
      say(Grade::fail, "balancer", url, "It answers, and no server has ever announced itself to it.",
          "Start servers with --balancer " + url + ".");
      continue;
    }
    say(Grade::ok, "balancer", url,
        "It answers, and lists " + std::to_string(balancer.servers->size()) +
            (balancer.servers->size() == 1 ? " server." : " servers."));
    for (const ServerFacts& server : facts_.servers) {
      const bool listed = std::ranges::any_of(*balancer.servers,
                                              [&](const ListedServer& each) { return each.id == server.id; });
      if (listed || server.unreachable) continue;
      say(Grade::warn, "balancer", url,
          "It does not list server " + quote(server.id.text()) + ", which answers at " + server.url + ".",
          "Start that server with --balancer naming this balancer, too: it sends it no clients.");
    }
  }
}

// Whether there is more to say of it.
bool Judge::judge_reach(const ServerFacts& server) {
  const std::string id = server.id.text();
  if (server.listed && server.listed->state == ServerState::down) {
    say(Grade::fail, "server", id,
        "It is down: its balancer has not heard from it for " + seconds(server.listed->last_seen_ms) +
            ", it was at " + server.url + ".",
        "Start it again, with the --data that it had; " + remove(id));
    return !server.unreachable;
  }
  if (server.unreachable && server.listed) {
    say(Grade::fail, "server", id,
        "Its balancer has heard it lately, and it cannot be reached from here: " + server.unreachable->detail,
        how_to_reach(server));
    return false;
  }
  if (server.unreachable) {
    say(Grade::warn, "server", id,
        "Other servers count with it at " + server.url + ", where nobody answers, and no balancer lists it.",
        "Start it there again, or stop it properly at its new place; " + remove(id));
    return false;
  }
  if (server.why_not_ready) {
    const bool passing = server.listed && (server.listed->state == ServerState::starting ||
                                           server.listed->state == ServerState::draining);
    say(passing ? Grade::warn : Grade::fail, "server", id,
        "It answers at " + server.url + " and is not ready: " + *server.why_not_ready,
        passing ? "Wait; if that takes longer than its --recovery-timeout, look into its log."
                : "Look into its log.");
    return true;
  }
  say(Grade::ok, "server", id, "It is ready at " + server.url + ".");
  return true;
}

void Judge::judge_server(const ServerFacts& server) {
  if (!judge_reach(server)) return;
  if (server.refused) {
    say(Grade::warn, "access", server.id.text(),
        "It does not let this client look at all of it: " + server.refused->detail,
        std::string(kShowToken) + " What it did not tell is not judged here.");
  }
  judge_identity(server);
  judge_hearing(server);
  judge_alarms(server);
  judge_copies(server);
}

void Judge::judge_identity(const ServerFacts& server) {
  if (!server.says || server.says->id == server.id) return;
  say(Grade::fail, "identity", server.id.text(),
      "At " + server.url + ", where it should be, answers server " + quote(server.says->id.text()) + ".",
      "Two servers have one --advertise, or a port was given to another: give each its own.");
}

// As the server itself says in its answers to reads.
void Judge::judge_hearing(const ServerFacts& server) {
  if (!server.reading || server.why_not_ready) return;
  if (server.reading->complete) {
    const auto& staleness = server.reading->staleness_ms;
    say(Grade::ok, "hearing", server.id.text(),
        "It knows what everybody counted" +
            (staleness && *staleness > 0
                 ? " until " + to_text(std::chrono::milliseconds(*staleness)) + " ago."
                 : std::string(".")));
    return;
  }
  for (const std::string& id : server.reading->missing) {
    const bool there = answers(id);
    say(there ? Grade::fail : Grade::warn, "hearing", server.id.text(),
        "It has not heard lately what " + quote(id) + " counted: its reads say complete:false.",
        there ? "Both answer here, so look between them: let each reach the other's URL (--advertise, "
                "firewalls), and look for refusals in their logs. A server that restarted while another was "
                "away is missing until that one is back."
              : "That ends when " + quote(id) + " is back; " + remove(id));
  }
}

struct AlarmAdvice {
  std::string_view kind;
  Grade grade;
  std::string_view what;
  std::string_view advice;
};

constexpr AlarmAdvice kAlarms[] = {
    {"duplicate_id", Grade::fail, "Another server ran under its id. Both were counted",
     "Give one of them another --id."},
    {"fork", Grade::fail, "Somebody claimed more of its counts than it wrote. The claim was ignored",
     "Find the process that writes in its name; its log names the sender."},
    {"rollback", Grade::warn, "Others held counts of an earlier run that its data folder did not know",
     "Find out whether the folder was set back or replaced. What peers held is back; what nobody else held "
     "is "
     "lost."},
    {"refused_share", Grade::warn, "It refused shares that contradict what is known",
     "Look at the senders that its log names."},
    {"too_many_members", Grade::warn, "There are more servers than one may know",
     "Remove those that are gone for good."},
};

void Judge::judge_alarms(const ServerFacts& server) {
  if (!server.metrics) return;
  const std::string id = server.id.text();
  for (const ScrapedMetrics::Sample& sample : server.metrics->samples("tally_alarms_total")) {
    const auto kind = sample.labels.find("kind");
    if (sample.value == 0 || kind == sample.labels.end()) continue;
    const auto* const alarm = std::ranges::find(kAlarms, kind->second, &AlarmAdvice::kind);
    if (alarm == std::end(kAlarms)) continue;
    say(alarm->grade, "alarm", id,
        std::string(alarm->what) + " (" + count_text(sample.value) +
            (sample.value == 1 ? " time" : " times") + " since its start).",
        std::string(alarm->advice) + " The count ends with the process.");
  }
  if (server.metrics->value("tally_disk_full").value_or(0) > 0) {
    say(Grade::fail, "disk", id, "Its disk is full: adds that wait for it are refused.",
        "Make room, or move its --data; it goes on by itself.");
  }
}

// What would be lost with this server.
void Judge::judge_copies(const ServerFacts& server) {
  const double unshared = server.metrics ? server.metrics->value("tally_unshared_adds").value_or(0) : 0;
  if (unshared == 0) return;
  const std::string id = server.id.text();
  const std::string adds = count_text(unshared) + " adds";
  const bool in_memory = !server.metrics->value("tally_unsynced_adds");
  if (in_memory && server.metrics->samples("tally_peer_unshared_adds").empty()) {
    say(Grade::warn, "copies", id, "It counts in memory and knows no other server: " + adds + " end with it.",
        "Start a second server with the same --balancer, or give it --data.");
  } else if (is_missed(id)) {
    say(Grade::warn, "copies", id, "Nobody else holds " + adds + " of it, and not everybody hears it.",
        "Do not stop it, nor remove it, before they hear each other again.");
  }
}

// One id, several places or runs.
void Judge::judge_ids() {
  std::map<std::string, std::map<std::string, std::set<StreamId>>> places;  // by id, those that answer
  for (const ServerFacts& server : facts_.servers) {
    if (server.says) places[server.says->id.text()][server.url].insert(server.says->run);
  }
  for (const auto& [id, urls] : places) {
    std::set<StreamId> runs;
    std::string where;
    for (const auto& [url, here] : urls) {
      runs.insert(here.begin(), here.end());
      where += (where.empty() ? "" : " and ") + url;
    }
    if (runs.size() < 2) continue;
    say(Grade::fail, "identity", id, "Servers run under one id at " + where + ". Both are counted.",
        "Give one of them another --id: clients and balancers take them for one.");
  }
}

void Judge::judge_cluster() {
  bool local = false;
  bool elsewhere = false;
  bool ready = false;
  std::map<std::string, std::string> versions;  // and a server of each
  for (const ServerFacts& server : facts_.servers) {
    (is_loopback(server.url) ? local : elsewhere) = true;
    ready = ready || answers(server.id.text());
    if (!server.metrics) continue;
    for (const ScrapedMetrics::Sample& sample : server.metrics->samples("tally_build_info")) {
      const auto version = sample.labels.find("version");
      if (version != sample.labels.end()) versions.emplace(version->second, server.id.text());
    }
  }
  for (const BalancerFacts& balancer : facts_.balancers) {
    if (balancer.servers && !is_loopback(balancer.url)) elsewhere = true;
  }
  if (local && elsewhere) {
    say(Grade::fail, "addresses", "",
        "Some servers advertise a loopback URL, and there are programs on other machines.",
        "Start those with --advertise and a name or address that all others reach: tally servers lists the "
        "URLs.");
  }
  if (!facts_.servers.empty() && !ready) {
    say(Grade::fail, "cluster", "", "No server that answers here is ready: nobody can count.",
        "See to the servers above, one after the other.");
  }
  if (versions.size() > 1) {
    std::string which;
    for (const auto& [version, id] : versions) {
      which += (which.empty() ? "" : ", ") + version + " (such as " + id + ")";
    }
    say(Grade::warn, "versions", "", "Servers run different versions: " + which + ".",
        "That is how it is amid an upgrade; bring all to one.");
  }
}

}  // namespace

std::string_view to_string(Finding::Grade grade) {
  switch (grade) {
    case Grade::ok: return "ok";
    case Grade::warn: return "warn";
    case Grade::fail: return "fail";
  }
  return "";
}

std::vector<Finding> judge(const ClusterFacts& facts) { return Judge(facts).findings(); }

}  // namespace tally
