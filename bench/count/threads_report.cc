// Whether threads that count slow each other down: what two threads add together, beside one alone. A round
// in which another program took a processor away is thrown away.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "count/counting.h"

namespace tally {
namespace {

constexpr int kRounds = 9;
constexpr std::uint64_t kAdds = 100'000;
constexpr std::uint64_t kNames = 10'000;

double seconds(clockid_t clock) {
  timespec now{};
  TALLY_CHECK(clock_gettime(clock, &now) == 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Named {
  Named() {
    for (std::uint64_t i = 0; i < kNames; ++i) {
      names.push_back("a-counter-named-" + std::to_string(10'000'000 + i));
      counters.push_back(CountingThread(counting).find_or_insert(names.back()));
    }
  }

  Counting counting{4, 1};
  std::vector<std::string> names;
  std::vector<Counter*> counters;  // in memory as they were made, one behind the other
};

// Adds kAdds times; `number` is 0 or 1.
using Work = std::function<void(Named& named, CountingThread& thread, std::uint64_t number)>;

Work to_the_counter_at(std::array<std::size_t, 2> places) {
  return [places](Named& named, CountingThread& thread, std::uint64_t number) {
    Counter& counter = *named.counters[places[number]];
    for (std::uint64_t i = 0; i < kAdds; ++i) TALLY_CHECK(thread.add(counter, 1).has_value());
  };
}

// To any of `size` names; those of the second thread begin with `second`.
Work by_name(std::uint64_t size, std::uint64_t second) {
  return [=](Named& named, CountingThread& thread, std::uint64_t number) {
    Random random(number);
    for (std::uint64_t i = 0; i < kAdds; ++i) {
      const std::uint64_t place = number * second + random.below(size);
      TALLY_CHECK(thread.add(named.names[place], 1).has_value());
    }
  };
}

// What two threads count in. Where each has a table of its own they share nothing: what is not 2 then is the
// machine's.
enum class Tables : std::uint8_t { one, apart };

struct Run {
  double from;
  double to;
  double used;  // of its processor's time
};

bool is_disturbed(const std::vector<Run>& runs) {
  const auto [first, last] = std::minmax_element(runs.begin(), runs.end(),
                                                 [](const Run& a, const Run& b) { return a.from < b.from; });
  const double late = last->from - first->from;
  return std::any_of(runs.begin(), runs.end(), [late](const Run& run) {
    const double took = run.to - run.from;
    return run.used < 0.97 * took || late > 0.05 * took;
  });
}

// Adds a second of all threads together; nothing where they did not run at the same time, each with a
// processor for itself.
std::optional<double> rate(std::size_t threads, const Work& work, Tables tables) {
  std::array<Named, 2> both;
  std::atomic<std::size_t> ready{0};
  std::vector<Run> runs(threads);
  std::vector<std::thread> running;
  for (std::size_t number = 0; number < threads; ++number) {
    running.emplace_back([&, number] {
      Named& named = both[tables == Tables::apart ? number : 0];
      CountingThread thread(named.counting);
      work(named, thread, number);  // not measured: what is first touched, and a counter that spreads
      ++ready;
      while (ready < threads) {
      }
      const double used_before = seconds(CLOCK_THREAD_CPUTIME_ID);
      const double from = seconds(CLOCK_MONOTONIC);
      work(named, thread, number);
      const double to = seconds(CLOCK_MONOTONIC);
      runs[number] = {from, to, seconds(CLOCK_THREAD_CPUTIME_ID) - used_before};
    });
  }
  for (std::thread& thread : running) thread.join();
  if (is_disturbed(runs)) return std::nullopt;
  double sum = 0;
  for (const Run& run : runs) sum += static_cast<double>(kAdds) / (run.to - run.from);
  return sum;
}

double undisturbed_rate(std::size_t threads, const Work& work, Tables tables) {
  for (int tries = 0; tries < 5000; ++tries) {
    if (const auto measured = rate(threads, work, tables)) return *measured;
  }
  std::fputs("threads_report: this machine is too busy, try again when it is not.\n", stderr);
  std::exit(1);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
  return values[kRounds / 2];
}

void row(const char* what, const Work& work, Tables tables = Tables::one) {
  std::vector<double> one;
  std::vector<double> two;
  std::vector<double> ratio;
  for (int round = 0; round < kRounds; ++round) {
    one.push_back(undisturbed_rate(1, work, tables));
    two.push_back(undisturbed_rate(2, work, tables));
    ratio.push_back(two.back() / one.back());
  }
  const auto [lowest, highest] = std::minmax_element(ratio.begin(), ratio.end());
  std::printf("| %s | %.1f M/s | %.1f M/s | %.2f (%.2f to %.2f) |\n", what, median(one) / 1e6,
              median(two) / 1e6, median(ratio), *lowest, *highest);
}

}  // namespace
}  // namespace tally

int main() {
  using namespace tally;
  std::printf(
      "## Two threads, beside one\n\n"
      "Adds without a protocol; medians of %d rounds in turns, in brackets the lowest and highest ratio. 2 "
      "is what\n"
      "threads that share nothing would reach.\n\n"
      "| both add | one thread | two together | ratio |\n"
      "| --- | ---: | ---: | ---: |\n",
      kRounds);
  row("each to a counter of its own", to_the_counter_at({0, kNames / 2}));
  row("each to a counter of its own, which lie side by side", to_the_counter_at({10, 11}));
  row("to one counter", to_the_counter_at({0, 0}));
  row("by name, each to 5,000, in tables apart", by_name(kNames / 2, 0), Tables::apart);
  row("by name, each to 5,000 of its own", by_name(kNames / 2, kNames / 2));
  row("by name, to any of the same 5,000", by_name(kNames / 2, 0));
}
