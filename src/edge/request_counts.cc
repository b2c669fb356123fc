#include "edge/request_counts.h"

#include <algorithm>

namespace tally {

namespace {

struct Shown {
  Program program;
  Action action;
  const char* name;  // dashboards know it: it never changes
};

constexpr Shown kShown[] = {
    {Program::counting_server, Action::add, "add"},
    {Program::counting_server, Action::add_batch, "batch"},
    {Program::counting_server, Action::read_counter, "read"},
    {Program::counting_server, Action::list_counters, "list"},
    {Program::counting_server, Action::show_tree, "tree"},
    {Program::counting_server, Action::take_share, "share"},
    {Program::counting_server, Action::show_marks, "marks"},
    {Program::counting_server, Action::show_stream, "stream"},
    {Program::counting_server, Action::show_stats, "stats"},
    {Program::balancer, Action::redirect, "redirect"},
    {Program::balancer, Action::assign, "assign"},
    {Program::balancer, Action::list_servers, "list"},
    {Program::balancer, Action::take_heartbeat, "heartbeat"},
    {Program::balancer, Action::remove_server, "remove"},
    {Program::balancer, Action::watch, "watch"},
    {Program::balancer, Action::pass_on_add, "add"},
    {Program::balancer, Action::show_dashboard, "dashboard"},
};

}  // namespace

RequestCounts::Parts RequestCounts::make_parts() {
  Parts parts{};
  std::transform(counts_.begin(), counts_.end(), parts.begin(),
                 [](net::PerLoopCount& count) { return &count.make_part(); });
  return parts;
}

void RequestCounts::show(Program program, MetricsPage& page) const {
  std::vector<MetricsPage::Series> by_action;
  for (const Shown& shown : kShown) {
    if (shown.program != program) continue;
    const std::uint64_t count = counts_[static_cast<std::size_t>(shown.action)].sum();
    by_action.push_back({{{"action", shown.name}}, static_cast<double>(count)});
  }
  page.counters("tally_requests_total", "HTTP requests of those who may ask, by what they asked for.",
                by_action);
  std::vector<MetricsPage::Series> by_status;
  for (std::size_t digit = net::AnswerCounts::kFirst; digit <= net::AnswerCounts::kLast; ++digit) {
    by_status.push_back(
        {{{"code", std::to_string(digit) + "xx"}}, static_cast<double>(answers_.beginning_with(digit))});
  }
  page.counters("tally_responses_total", "HTTP answers by the first digit of their status.", by_status);
}

}  // namespace tally
