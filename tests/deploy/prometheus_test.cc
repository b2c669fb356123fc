// A real Prometheus watches real processes, by the rules and the dashboard of deploy/.
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "api/uri.h"
#include "cluster/alarm.h"
#include "tests/e2e/cluster.h"
#include "tests/e2e/metrics_page.h"
#include "tests/store/temporary_folder.h"

namespace tally::e2e {
namespace {

namespace json = boost::json;

const std::string kDeploy = TALLY_DEPLOY;

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A balancer and two servers, one with a disk, that have something to tell.
class Watched : public testing::Test {
 protected:
  Watched() {
    cluster_.add("a", {"--data", (folder_.path() / "a").string()});
    cluster_.add("b");
    EXPECT_TRUE(eventually([this] { return cluster_.all_ready(); }));
    for (const std::string& id : cluster_.ids()) {
      for (int i = 0; i < 20; ++i) EXPECT_EQ(cluster_.http().add(cluster_.url(id), "hits"), 200U);
    }
  }

  std::vector<net::Url> urls() { return {cluster_.balancer().url(), cluster_.url("a"), cluster_.url("b")}; }

  // As they may stand in a query.
  std::set<std::string> exported_names() {
    std::set<std::string> names{"up"};
    for (const net::Url& url : urls()) {
      const ParsedMetrics page(cluster_.http().get(url, "/metrics").body);
      EXPECT_EQ(page.wrong(), "");
      for (const auto& [series, value] : page.all()) names.insert(series.substr(0, series.find('{')));
    }
    return names;
  }

  TemporaryFolder folder_;
  Cluster cluster_{{}};
};

class Prometheus {
 public:
  explicit Prometheus(const std::vector<net::Url>& targets) {
    std::ofstream config(folder_.path() / "prometheus.yml");
    config << "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
           << "rule_files: [" << kDeploy << "/prometheus/alerts.yml]\n"
           << "scrape_configs:\n- job_name: tally\n  static_configs:\n";
    for (const net::Url& target : targets) config << "  - targets: ['" << target.authority() << "']\n";
    config.close();
    process_ = std::make_unique<Process>(std::vector<std::string>{
        "prometheus", "--config.file=" + (folder_.path() / "prometheus.yml").string(),
        "--storage.tsdb.path=" + (folder_.path() / "data").string(),
        "--web.listen-address=" + url_.authority()});
    EXPECT_TRUE(eventually([this] { return ask("/-/ready").status == 200; })) << process_->err();
  }

  net::ClientResponse ask(const std::string& target) {
    const auto answer = client_.send({.method = "GET", .server = url_, .target = target});
    return answer ? *answer : net::ClientResponse{};
  }

  // The series of an instant query; null, and a failed test, where it is none.
  json::value query(std::string_view expression) {
    std::string target = "/api/v1/query?query=";
    append_percent_encoded(target, expression);
    const net::ClientResponse answer = ask(target);
    EXPECT_EQ(answer.status, 200U) << expression << ": " << answer.body;
    return answer.status == 200 ? json::parse(answer.body).at("data").at("result") : json::value();
  }

  // Of a query for a single number; nothing if it has none, or several.
  std::optional<double> number(std::string_view expression) {
    const json::value series = query(expression);
    if (!series.is_array() || series.as_array().size() != 1) return std::nullopt;
    return std::stod(std::string(series.at(0).at("value").at(1).as_string()));
  }

 private:
  TemporaryFolder folder_;
  Ports port_;
  net::Url url_{"127.0.0.1", port_.first()};
  net::BlockingClient client_{{.answer_timeout = std::chrono::seconds(30)}};
  std::unique_ptr<Process> process_;
};

// The metrics of ours in an expression.
std::set<std::string> names_in(const std::string& expression) {
  std::set<std::string> names;
  std::string word;
  for (const char c : expression + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':') {
      word += c;
      continue;
    }
    if (word.starts_with("tally_") || word.starts_with("process_")) names.insert(word);
    word.clear();
  }
  return names;
}

void replace_all(std::string& text, std::string_view old, std::string_view by) {
  for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size())) {
    text.replace(at, old.size(), by);
  }
}

TEST_F(Watched, PromtoolHasNothingAgainstTheMetrics) {
  for (const net::Url& url : urls()) {
    const std::string page = cluster_.http().get(url, "/metrics").body;
    const Finished checked = run({"promtool", "check", "metrics"}, {.input = page});
    EXPECT_EQ(checked.status, 0);
    EXPECT_EQ(checked.out + checked.err, "");
  }
  const Finished wrong =
      run({"promtool", "check", "metrics"}, {.input = "# HELP hits A count.\n# TYPE hits counter\nhits 1\n"});
  EXPECT_NE(wrong.status, 0) << "it has nothing against anything";
}

TEST_F(Watched, APrometheusScrapesAllProgramsAndAnswersWhatTheyCounted) {
  Prometheus prometheus(urls());
  EXPECT_TRUE(eventually([&] { return prometheus.number("sum(up{job=\"tally\"})") == 3; }));
  EXPECT_TRUE(eventually([&] { return prometheus.number("sum(tally_adds_total)") == 40; }));
  EXPECT_EQ(prometheus.number("sum(tally_servers{state=\"ready\"})"), 2);
  EXPECT_EQ(prometheus.number("count(count by (version) (tally_build_info))"), 1);
  EXPECT_TRUE(eventually(
      [&] { return prometheus.number("max(tally_share_lag_seconds{peer=\"b\"}) < 10").has_value(); }));
  EXPECT_TRUE(eventually([&] { return prometheus.number("sum(tally_unshared_adds)") == 0; }));
}

TEST_F(Watched, EveryRuleNamesMetricsThatThereAreAndEachKindOfAlarmHasAnAlert) {
  Prometheus prometheus(urls());
  json::value groups;
  std::set<std::string> not_ok;
  EXPECT_TRUE(eventually([&] {
    not_ok.clear();
    groups = json::parse(prometheus.ask("/api/v1/rules").body).at("data").at("groups");
    for (const auto& group : groups.as_array()) {
      for (const auto& rule : group.at("rules").as_array()) {
        if (rule.at("health") != "ok") not_ok.emplace(rule.at("name").as_string());
      }
    }
    return groups.as_array().size() == 2 && not_ok.empty();
  })) << testing::PrintToString(not_ok);
  const std::set<std::string> exported = exported_names();
  std::string queries;
  for (const auto& group : groups.as_array()) {
    for (const auto& rule : group.at("rules").as_array()) {
      const std::string query(rule.at("query").as_string());
      for (const std::string& name : names_in(query)) EXPECT_TRUE(exported.contains(name)) << query;
      queries += query;
    }
  }
  for (const AlarmKind kind : kAlarmKinds) {
    EXPECT_NE(queries.find("kind=\"" + std::string(to_string(kind)) + "\""), std::string::npos)
        << to_string(kind);
  }
}

TEST_F(Watched, EveryPanelOfTheDashboardAsksForMetricsThatThereAre) {
  const json::value dashboard = json::parse(content_of(kDeploy + "/grafana/tally.json"));
  const std::set<std::string> exported = exported_names();
  Prometheus prometheus(urls());
  int panels = 0;
  for (const auto& panel : dashboard.at("panels").as_array()) {
    if (panel.at("type") == "row") continue;
    ++panels;
    for (const auto& target : panel.at("targets").as_array()) {
      std::string expression(target.at("expr").as_string());
      EXPECT_FALSE(names_in(expression).empty()) << expression;
      for (const std::string& name : names_in(expression)) EXPECT_TRUE(exported.contains(name)) << expression;
      // As Grafana puts them in.
      replace_all(expression, "$__rate_interval", "1m");
      replace_all(expression, "$job", "tally");
      replace_all(expression, "$instance", ".*");
      EXPECT_EQ(expression.find('$'), std::string::npos) << expression;
      prometheus.query(expression);
    }
  }
  EXPECT_GE(panels, 10);
}

}  // namespace
}  // namespace tally::e2e
