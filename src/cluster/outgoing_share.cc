#include "cluster/outgoing_share.h"

#include <span>

#include "base/check.h"

namespace tally {

namespace {
constexpr std::size_t kHeaderBytes = 512;  // envelope, sender with a long URL, stream, marks
}

OutgoingShare::OutgoingShare(Part header, std::vector<Entry> entries, std::size_t part_bytes)
    : header_(std::move(header)), entries_(std::move(entries)) {
  std::size_t bytes = kHeaderBytes;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::size_t size = encoded_size(entries_[i]);
    if (bytes + size > part_bytes && bytes > kHeaderBytes) {
      ends_.push_back(i);
      bytes = kHeaderBytes;
    }
    bytes += size;
  }
  ends_.push_back(entries_.size());
  header_.index = 0;
  header_.count = static_cast<std::uint32_t>(ends_.size());
}

std::string OutgoingShare::next_part() {
  TALLY_CHECK(!done());
  const std::size_t begin = header_.index == 0 ? 0 : ends_[header_.index - 1];
  const std::size_t end = ends_[header_.index];
  std::string body = encode(header_, std::span(entries_).subspan(begin, end - begin));
  ++header_.index;
  return body;
}

}  // namespace tally
