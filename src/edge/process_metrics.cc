#include "edge/process_metrics.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace tally {

namespace {

std::string content_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The fields of proc(5)'s "stat" that follow the program's name, which may contain anything; the first is the
// third there.
constexpr int kFirstField = 3;
constexpr int kUserTicks = 14;
constexpr int kSystemTicks = 15;
constexpr int kThreads = 20;
constexpr int kStartTicks = 22;
constexpr int kVirtualBytes = 23;
constexpr int kResidentPages = 24;

class Stat {
 public:
  Stat() {
    const std::string text = content_of("/proc/self/stat");
    std::istringstream rest(text.substr(std::min(text.size(), text.rfind(')') + 2)));
    fields_.assign(std::istream_iterator<std::string>(rest), {});
  }

  explicit operator bool() const { return fields_.size() > kResidentPages - kFirstField; }
  double operator[](int field) const {
    return std::stod(fields_[static_cast<std::size_t>(field - kFirstField)]);
  }

 private:
  std::vector<std::string> fields_;
};

std::optional<double> boot_time_s() {
  const std::string text = content_of("/proc/stat");
  constexpr std::string_view kKey = "\nbtime ";
  const std::size_t at = text.find(kKey);
  if (at == std::string::npos) return std::nullopt;
  return std::stod(text.substr(at + kKey.size()));
}

void show_files(MetricsPage& page) {
  std::error_code failed;
  const std::filesystem::directory_iterator files("/proc/self/fd", failed);
  if (failed) return;
  // One of them is the folder itself.
  page.gauge("process_open_fds", "Open file descriptors.",
             static_cast<double>(std::distance(begin(files), end(files)) - 1));
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  page.gauge("process_max_fds", "The most file descriptors that may be open.",
             static_cast<double>(limit.rlim_cur));
}

}  // namespace

void show_process(MetricsPage& page) {
  page.gauges("tally_build_info", "1, with the version of this Tally.", {{{{"version", TALLY_VERSION}}, 1}});
  show_files(page);
  const Stat stat;
  if (!stat) return;
  const auto ticks_a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  page.counter("process_cpu_seconds_total", "Processor time that was spent, in user and system mode.",
               (stat[kUserTicks] + stat[kSystemTicks]) / ticks_a_second);
  page.gauge("process_virtual_memory_bytes", "Virtual memory.", stat[kVirtualBytes]);
  page.gauge("process_resident_memory_bytes", "Resident memory.",
             stat[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE)));
  page.gauge("process_threads", "Threads.", stat[kThreads]);
  if (const auto boot = boot_time_s()) {
    page.gauge("process_start_time_seconds", "When the process started, since 1970.",
               *boot + stat[kStartTicks] / ticks_a_second);
  }
}

}  // namespace tally
