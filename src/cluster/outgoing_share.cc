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
  header_.count = static_cast<std::uint32_t>(ends_.size());
  first_part_ = encoded(0);
}

std::string OutgoingShare::part(std::uint32_t index) const {
  TALLY_CHECK(index < parts());
  return index == 0 ? first_part_ : encoded(index);
}

std::string OutgoingShare::encoded(std::uint32_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  Part header = header_;
  header.index = index;
  return encode(header, std::span(entries_).subspan(begin, ends_[index] - begin));
}

}  // namespace tally
