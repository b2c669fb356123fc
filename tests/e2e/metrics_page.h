// A page of metrics, read as strictly as a scraper may: Prometheus' text format, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
#pragma once

#include <cctype>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tally::e2e {

class ParsedMetrics {
 public:
  explicit ParsedMetrics(std::string_view page) {
    if (page.empty() || page.back() != '\n') complain("The page does not end with a line's end.");
    while (!page.empty() && wrong_.empty()) {
      const std::size_t end = page.find('\n');
      line_ = page.substr(0, end);
      page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
      if (line_.starts_with("# ")) {
        comment();
      } else {
        sample();
      }
    }
    end_family();
  }

  // What is not as the format says, with its line; empty if nothing.
  const std::string& wrong() const { return wrong_; }

  // By the name and the labels as they stand there: `tally_streams{state="open"}`.
  std::optional<double> value(const std::string& series) const {
    const auto found = series_.find(series);
    return found == series_.end() ? std::nullopt : std::optional(found->second);
  }
  const std::map<std::string, double>& all() const { return series_; }

 private:
  void complain(const std::string& what) {
    if (wrong_.empty()) wrong_ = what + " Line: " + std::string(line_);
  }

  static std::string_view take_name(std::string_view& rest) {
    std::size_t size = 0;
    while (size < rest.size()) {
      const auto c = static_cast<unsigned char>(rest[size]);
      if (std::isalpha(c) == 0 && c != '_' && (size == 0 || std::isdigit(c) == 0)) break;
      ++size;
    }
    const std::string_view name = rest.substr(0, size);
    rest.remove_prefix(size);
    return name;
  }

  static bool take(std::string_view& rest, std::string_view what) {
    if (!rest.starts_with(what)) return false;
    rest.remove_prefix(what.size());
    return true;
  }

  // A family is one HELP, one TYPE and then its series, all together.
  void comment() {
    std::string_view rest = line_;
    const bool help = take(rest, "# HELP ");
    if (!help && !take(rest, "# TYPE ")) return complain("A comment that is neither HELP nor TYPE.");
    const std::string name(take_name(rest));
    if (name.empty() || !take(rest, " ")) return complain("A family without a name.");
    if (help) {
      end_family();
      if (!families_.insert(name).second) return complain("A family comes twice.");
      family_ = name;
      type_.clear();
      if (rest.empty()) complain("A family without help.");
      return;
    }
    if (name != family_ || !type_.empty()) return complain("A type that does not follow its help.");
    type_ = rest;
    if (type_ != "counter" && type_ != "gauge" && type_ != "histogram") complain("An unknown type.");
    if ((type_ == "counter") != name.ends_with("_total"))
      complain("A counter, and only one, ends in _total.");
  }

  void sample() {
    std::string_view rest = line_;
    const std::string name(take_name(rest));
    const bool of_histogram =
        name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count";
    if (type_.empty() || (type_ == "histogram" ? !of_histogram : name != family_)) {
      return complain("A sample outside of its family.");
    }
    std::string less_or_equal;
    if (take(rest, "{")) {
      do {
        const std::string label(take_name(rest));
        if (label.empty() || !take(rest, "=\"")) return complain("A label without a name or a value.");
        std::string text;
        while (!rest.empty() && rest.front() != '"') {
          const bool escape = rest.front() == '\\';
          const bool known =
              rest.size() > 1 && std::string_view("\\\"n").find(rest[1]) != std::string_view::npos;
          if (escape && !known) return complain("An unknown escape.");
          text += rest.substr(0, escape ? 2 : 1);
          rest.remove_prefix(escape ? 2 : 1);
        }
        if (!take(rest, "\"")) return complain("A label's value without an end.");
        if (label == "le") less_or_equal = text;
      } while (take(rest, ","));
      if (!take(rest, "}")) return complain("Labels without an end.");
    }
    const std::string series(line_.substr(0, line_.size() - rest.size()));
    if (!take(rest, " ") || rest.empty()) return complain("A sample without a value.");
    const std::string text(rest);
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0') return complain("A value that is no number.");
    if (!series_.emplace(series, value).second) return complain("A series comes twice.");
    if (type_ != "gauge" && !(value >= 0)) return complain("A counter below nothing.");
    if (name == family_ + "_count") count_ = value;
    if (less_or_equal.empty()) return;
    if (value < last_bucket_) complain("Buckets fall.");
    last_bucket_ = value;
    has_infinity_ = has_infinity_ || less_or_equal == "+Inf";
  }

  void end_family() {
    if (type_ == "histogram" && !has_infinity_) complain("A histogram without its last bucket.");
    if (type_ == "histogram" && count_ != last_bucket_) complain("A count that is not the last bucket's.");
    count_.reset();
    last_bucket_ = 0;
    has_infinity_ = false;
  }

  std::string_view line_;
  std::string wrong_;
  std::set<std::string> families_;
  std::string family_;
  std::string type_;
  double last_bucket_ = 0;
  std::optional<double> count_{};
  bool has_infinity_ = false;
  std::map<std::string, double> series_;
};

}  // namespace tally::e2e
