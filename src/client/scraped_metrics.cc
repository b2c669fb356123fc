#include "client/scraped_metrics.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "api/text.h"

namespace tally {

namespace {

// {peer="b",url="http://b:7071"}, taken off `rest`. False: it is no set of labels.
bool take_labels(std::string_view& rest, std::map<std::string, std::string>& labels) {
  if (!rest.starts_with('{')) return true;
  rest.remove_prefix(1);
  while (!rest.starts_with('}')) {
    const std::string name(trimmed(take_until(rest, '=')));
    if (!rest.starts_with('"')) return false;
    rest.remove_prefix(1);
    std::string value;
    while (!rest.starts_with('"')) {
      if (rest.starts_with('\\')) rest.remove_prefix(1);  // before a quote, a backslash or an n
      if (rest.empty()) return false;
      value.push_back(rest.front());
      rest.remove_prefix(1);
    }
    rest.remove_prefix(1);
    labels.emplace(name, std::move(value));
    if (rest.starts_with(',')) rest.remove_prefix(1);
    if (rest.empty()) return false;
  }
  rest.remove_prefix(1);
  return true;
}

// from_chars() reads "inf" and "nan", in any case; "+Inf" has a sign too many for it.
std::optional<double> parse_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

}  // namespace

ScrapedMetrics ScrapedMetrics::parse(std::string_view page) {
  ScrapedMetrics scraped;
  while (!page.empty()) {
    std::string_view line = trimmed(take_until(page, '\n'));
    if (line.empty() || line.starts_with('#')) continue;
    const std::string name(line.substr(0, line.find_first_of("{ \t")));
    line.remove_prefix(name.size());
    Sample sample{};
    if (!take_labels(line, sample.labels)) continue;
    line = trimmed(line);
    const auto value = parse_value(take_until(line, ' '));  // a time may follow
    if (!value) continue;
    sample.value = *value;
    scraped.metrics_[name].push_back(std::move(sample));
  }
  return scraped;
}

std::span<const ScrapedMetrics::Sample> ScrapedMetrics::samples(std::string_view name) const {
  const auto found = metrics_.find(name);
  if (found == metrics_.end()) return {};
  return found->second;
}

std::optional<double> ScrapedMetrics::value(std::string_view name) const {
  const auto all = samples(name);
  if (all.empty()) return std::nullopt;
  double sum = 0;
  for (const Sample& sample : all) sum += sample.value;
  return sum;
}

std::string count_text(double value) {
  std::array<char, 400> text{};  // the largest double has 309 digits
  std::snprintf(text.data(), text.size(), "%.0f", value);
  return text.data();
}

}  // namespace tally
