#include "edge/metrics.h"

#include <sstream>

#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

namespace tally {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct DurationHistogram::Impl {
  prometheus::Histogram histogram;
};

DurationHistogram::DurationHistogram(const std::vector<double>& bounds)
    : impl_(new Impl{prometheus::Histogram(bounds)}) {}

DurationHistogram::~DurationHistogram() = default;

void DurationHistogram::observe(Duration duration) {
  impl_->histogram.Observe(std::chrono::duration<double>(duration).count());
}

struct MetricsPage::Impl {
  MetricFamily& add(std::string_view name, std::string_view help, MetricType type) {
    families.push_back({std::string(name), std::string(help), type, {}});
    return families.back();
  }

  void add(std::string_view name, std::string_view help, MetricType type, const std::vector<Series>& series) {
    MetricFamily& family = add(name, help, type);
    for (const Series& one : series) {
      ClientMetric& metric = family.metric.emplace_back();
      for (const auto& [label, value] : one.labels) metric.label.push_back({label, value});
      (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = one.value;
    }
  }

  std::vector<MetricFamily> families;
};

MetricsPage::MetricsPage() : impl_(std::make_unique<Impl>()) {}

MetricsPage::~MetricsPage() = default;

void MetricsPage::gauge(std::string_view name, std::string_view help, double value) {
  gauges(name, help, {{{}, value}});
}

void MetricsPage::gauges(std::string_view name, std::string_view help, const std::vector<Series>& family) {
  impl_->add(name, help, MetricType::Gauge, family);
}

void MetricsPage::counter(std::string_view name, std::string_view help, double value) {
  counters(name, help, {{{}, value}});
}

void MetricsPage::counters(std::string_view name, std::string_view help, const std::vector<Series>& family) {
  impl_->add(name, help, MetricType::Counter, family);
}

void MetricsPage::histogram(std::string_view name, std::string_view help,
                            const DurationHistogram& histogram) {
  impl_->add(name, help, MetricType::Histogram).metric.push_back(histogram.impl_->histogram.Collect());
}

std::string MetricsPage::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, impl_->families);
  return std::move(out).str();
}

void show_tls(const net::TlsContext* tls, MetricsPage& page) {
  if (tls == nullptr) return;
  page.counter("tally_tls_failed_handshakes_total", "TLS handshakes of clients that came to nothing.",
               static_cast<double>(tls->failures()));
}

}  // namespace tally
