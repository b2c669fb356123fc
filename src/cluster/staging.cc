#include "cluster/staging.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <vector>

namespace tally {

namespace {

bool of_one_share(const Part& one, const Part& other) {
  const auto key = [](const Part& part) {
    const ShareHeader& header = part.header;
    return std::tie(part.share, part.count, header.stream, header.server, header.after, header.through);
  };
  return key(one) == key(other);
}

// Names too short for memory of their own count twice; that errs on the safe side.
std::size_t bytes_of(const std::vector<NamedEntry>& entries) {
  std::size_t bytes = 0;
  for (const NamedEntry& entry : entries) bytes += sizeof(NamedEntry) + entry.name.size();
  return bytes;
}

}  // namespace

Result<std::optional<Part>> Staging::add(Part part, Instant now) {
  if (part.count == 1) return part;
  auto staged = staged_.find(part.sender.run);
  const bool begun = staged != staged_.end() && of_one_share(staged->second.share, part);
  if (part.index != (begun ? staged->second.share.index + 1 : 0)) return std::nullopt;
  std::size_t bytes = bytes_of(part.entries);
  if (begun) {
    Part& share = staged->second.share;
    share.index = part.index;
    std::move(part.entries.begin(), part.entries.end(), std::back_inserter(share.entries));
  } else {
    if (staged != staged_.end()) drop(staged);
    const StreamId sender = part.sender.run;
    staged = staged_.emplace(sender, Staged{std::move(part), ++begun_, 0, now}).first;
    bytes += sizeof(BySender::value_type);
  }
  staged->second.bytes += bytes;
  staged->second.last_part = now;
  bytes_ += bytes;

  const Part& share = staged->second.share;
  if (share.index + 1 == share.count) {
    Part whole = std::move(staged->second.share);
    whole.index = 0;
    drop(staged);
    return whole;
  }
  if (staged->second.bytes > limits_.bytes) {
    Error error{Errc::too_large, "The share of stream " + share.header.stream.text() + " of server '" +
                                     share.header.server.text() + "' takes more than the " +
                                     std::to_string(limits_.bytes) +
                                     " bytes that may wait here for its last part; this server cannot follow "
                                     "it without more room."};
    drop(staged);
    return error;
  }
  make_room();
  return std::nullopt;
}

void Staging::make_room() {
  const auto earlier = [](const auto& a, const auto& b) { return a.second.number < b.second.number; };
  while (bytes_ > limits_.bytes) drop(std::max_element(staged_.begin(), staged_.end(), earlier));
}

Staging::BySender::iterator Staging::drop(BySender::iterator staged) {
  bytes_ -= staged->second.bytes;
  return staged_.erase(staged);
}

}  // namespace tally
