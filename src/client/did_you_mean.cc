#include "client/did_you_mean.h"

#include <algorithm>
#include <vector>

#include "api/text.h"

namespace tally {

namespace {

// The optimal string alignment distance: Damerau's, with no letter touched twice. Three rows of its table
// suffice.
std::size_t slips_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

constexpr std::size_t kBeginning = 2;     // letters of a word, and it is known
constexpr std::size_t kLongestWord = 64;  // whoever wrote a longer one did not mistype one of ours

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > kLongestWord) return "";
  std::size_t fewest = word.size() > 4 ? 3 : 2;
  std::string_view nearest;
  for (const std::string_view each : known) {
    const std::size_t slips = slips_between(word, each);
    if (slips >= fewest || slips >= each.size()) continue;
    fewest = slips;
    nearest = each;
  }
  for (const std::string_view each : known) {
    if (nearest.empty() && word.size() >= kBeginning && each.starts_with(word)) nearest = each;
  }
  return nearest.empty() ? "" : " Did you mean " + quote(nearest) + "?";
}

}  // namespace tally
