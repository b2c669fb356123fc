// The main job, on real input: count the sections of all packages that apt knows, from two clients at once.
#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/e2e/cluster.h"

namespace tally::e2e {
namespace {

constexpr std::size_t kEnoughPackages = 1000;

std::vector<std::string> sections_of(const std::string& packages) {
  constexpr std::string_view kField = "Section: ";
  std::vector<std::string> sections;
  std::istringstream lines(packages);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kField)) sections.push_back(line.substr(kField.size()));
  }
  return sections;
}

// Where apt has no lists: as many packages in about as many sections, some of them much larger than others.
std::vector<std::string> invented_sections() {
  const char* const areas[] = {"", "contrib/", "non-free/", "non-free-firmware/"};
  const char* const kinds[] = {"admin",    "database", "devel", "doc",    "fonts",
                               "libdevel", "libs",     "perl",  "python", "utils"};
  Random random(63'000);
  std::vector<std::string> sections(63'000);
  for (std::string& section : sections) {
    section = areas[random.chance(95) ? 0 : random.below(std::size(areas))];
    section += kinds[std::min(random.below(std::size(kinds)), random.below(std::size(kinds)))];
  }
  return sections;
}

std::vector<std::string> sections_of_all_packages() {
  auto sections = sections_of(run({"apt-cache", "dumpavail"}).out);
  return sections.size() < kEnoughPackages ? invented_sections() : sections;
}

// Every second line, from `first` on.
std::string half(const std::vector<std::string>& lines, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < lines.size(); i += 2) text += lines[i] + "\n";
  return text;
}

TEST(TheMainJob, TwoClientsCountTheSectionsOfAllPackagesAndEveryServerAgreesWithUniq) {
  const std::vector<std::string> sections = sections_of_all_packages();
  std::map<std::string, Int128> expected;
  for (const std::string& section : sections) ++expected[section];

  const Duration share_interval = seconds(1);
  Cluster cluster({"a", "b"}, {.share_interval = share_interval});
  std::map<std::string, std::unique_ptr<Process>> clients;
  std::size_t first = 0;
  for (const std::string id : {"a", "b"}) {
    const std::vector<std::string> command{tally_program(), "count",
                                           "--balancer",    cluster.balancer().url().text(),
                                           "--client",      cluster.client_of(id)};
    clients[id] = std::make_unique<Process>(command, ProcessOptions{.input = half(sections, first++)});
  }
  const std::size_t second_half = sections.size() / 2;
  for (const auto& [id, client] : clients) {
    EXPECT_EQ(client->wait(), 0);
    const std::size_t lines = id == "a" ? sections.size() - second_half : second_half;
    EXPECT_TRUE(client->out().starts_with(std::to_string(lines) + " lines counted by " + id + " in "))
        << client->out();
  }

  EXPECT_TRUE(eventually(
      [&] {
        return cluster.http().counters(cluster.url("a")) == expected &&
               cluster.http().counters(cluster.url("b")) == expected;
      },
      3 * share_interval));
}

}  // namespace
}  // namespace tally::e2e
