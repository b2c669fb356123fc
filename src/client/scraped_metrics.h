// A page of metrics as its readers want it: Prometheus' text format, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

class ScrapedMetrics {
 public:
  struct Sample {
    std::map<std::string, std::string> labels;
    double value;
  };

  // What is no sample is left out, so that a page of another version is read as far as it is understood.
  static ScrapedMetrics parse(std::string_view page);

  // In the order of the page; empty where there is no metric of that name.
  std::span<const Sample> samples(std::string_view name) const;

  // The sum over the metric's samples.
  std::optional<double> value(std::string_view name) const;

 private:
  std::map<std::string, std::vector<Sample>, std::less<>> metrics_;
};

// How many, whatever a page claims: "12", or "inf" and the like.
std::string count_text(double value);

}  // namespace tally
