#include "count/server_registry.h"

#include <bit>
#include <limits>

#include "base/check.h"

namespace tally {

namespace {

struct Place {
  std::size_t chunk;
  std::size_t offset;
};

Place place_of(std::uint32_t index) {
  const std::uint64_t nth = std::uint64_t{index} + 1;
  const auto chunk = static_cast<std::size_t>(std::bit_width(nth) - 1);
  return {chunk, nth - (std::uint64_t{1} << chunk)};
}

}  // namespace

ServerIndex ServerRegistry::index(const ServerId& server) {
  const MutexLock lock(mutex_);
  const auto known = indices_.find(server);
  if (known != indices_.end()) return known->second;

  TALLY_CHECK(indices_.size() < std::numeric_limits<std::uint32_t>::max());
  const ServerIndex index{static_cast<std::uint32_t>(indices_.size())};
  const Place place = place_of(number(index));
  std::vector<ServerId>& chunk = chunks_[place.chunk];
  if (chunk.empty()) {
    chunk.reserve(std::size_t{1} << place.chunk);
    starts_[place.chunk].store(chunk.data());
  }
  chunk.push_back(server);
  indices_.emplace(server, index);
  return index;
}

// No race with push_back(): whoever has an index got it, however indirectly, from index(), which had the id.
const ServerId& ServerRegistry::id(ServerIndex index) const {
  const Place place = place_of(number(index));
  return starts_[place.chunk].load()[place.offset];
}

}  // namespace tally
