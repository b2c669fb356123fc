#include "cluster/staging.h"

#include <iterator>
#include <tuple>

namespace tally {

namespace {

bool of_one_share(const Part& one, const Part& other) {
  const auto key = [](const Part& part) {
    const ShareHeader& header = part.header;
    return std::tie(part.count, header.stream, header.server, header.after, header.through);
  };
  return key(one) == key(other);
}

}  // namespace

std::optional<Part> Staging::add(Part part) {
  if (part.count == 1) return part;
  Staged& staged = staged_[part.sender.run];
  if (staged.share != part.share || staged.parts.empty() ||
      !of_one_share(staged.parts.begin()->second, part)) {
    staged = {part.share, {}};
  }
  const std::uint32_t count = part.count;
  const StreamId sender = part.sender.run;
  staged.parts.insert_or_assign(part.index, std::move(part));
  if (staged.parts.size() < count) return std::nullopt;

  Part whole = std::move(staged.parts.begin()->second);
  for (auto later = std::next(staged.parts.begin()); later != staged.parts.end(); ++later) {
    std::move(later->second.entries.begin(), later->second.entries.end(), std::back_inserter(whole.entries));
  }
  staged_.erase(sender);
  return whole;
}

}  // namespace tally
