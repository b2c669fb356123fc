// Gathers the entries of one stream into parts, and shows them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "count/counter_name.h"
#include "store/layout.h"
#include "store/store.h"

namespace tally {

class KeptParts {
 public:
  KeptParts(ShareHeader header, const Store::Visitor& visit) : header_(std::move(header)), visit_(visit) {
    names_.reserve(kAtOnce * kMaxNameBytes);
    entries_.reserve(kAtOnce);
  }

  // The name is no longer than names are, and need not outlive the call.
  void add(std::string_view name, const layout::EntryRow& row) {
    if (entries_.size() == kAtOnce) show_part(false);
    const std::size_t at = names_.size();
    names_ += name;  // moves nothing: there is room
    entries_.push_back({std::string_view(names_).substr(at), row.total, row.sequence});
  }

  // There are no more.
  void finish() { show_part(true); }

 private:
  static constexpr std::size_t kAtOnce = 256;

  void show_part(bool last) {
    visit_({header_, entries_, last});
    names_.clear();
    entries_.clear();
  }

  const ShareHeader header_;
  const Store::Visitor& visit_;
  std::string names_;
  std::vector<KeptEntry> entries_;
};

}  // namespace tally
