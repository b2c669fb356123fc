// A page of metrics as Prometheus scrapes it: its text format, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
//
// A page is written from what there is at one moment, for each scrape anew: nobody keeps a registry.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "net/tls_context.h"

namespace tally {

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

// How long something took, how often. Any thread.
class DurationHistogram {
 public:
  // Upper bounds of the buckets in seconds, rising; the last bucket, for all that took longer, is added.
  explicit DurationHistogram(const std::vector<double>& bounds);
  ~DurationHistogram();
  void observe(Duration duration);

 private:
  friend class MetricsPage;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Names as Prometheus wants them: base units, `_total` for what only grows. One thread.
class MetricsPage {
 public:
  MetricsPage();
  ~MetricsPage();

  // One of the series of a family.
  struct Series {
    std::vector<std::pair<std::string, std::string>> labels;  // names and values
    double value;
  };

  void gauge(std::string_view name, std::string_view help, double value);
  void gauges(std::string_view name, std::string_view help, const std::vector<Series>& family);
  void counter(std::string_view name, std::string_view help, double value);
  void counters(std::string_view name, std::string_view help, const std::vector<Series>& family);
  void histogram(std::string_view name, std::string_view help, const DurationHistogram& histogram);

  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What there is to show of TLS; nothing if `tls` is null.
void show_tls(const net::TlsContext* tls, MetricsPage& page);

}  // namespace tally
