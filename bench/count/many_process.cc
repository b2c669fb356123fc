#include "bench/count/many_process.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/count/name.h"
#include "net/blocking_client.h"

namespace tally {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

std::uint16_t free_port() {
  using boost::asio::ip::tcp;
  boost::asio::io_context loop;
  const tcp::acceptor acceptor(loop, {boost::asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

class Process {
 public:
  Process(const std::string& program, const std::string& address) : pid_(fork()) {
    TALLY_CHECK(pid_ >= 0);
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(STDERR_FILENO, STDOUT_FILENO);  // its log is no part of the report
    execl(program.c_str(), "tally", "server", "--id", "a", "--listen", address.c_str(), "--threads", "1",
          nullptr);
    fmt::print(stderr, "many_report: '{}' cannot be run: build the target tally first.\n", program);
    _exit(1);
  }
  ~Process() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool has_ended() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  double resident_bytes() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    status >> all >> resident;
    return static_cast<double>(resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
  }

 private:
  const pid_t pid_;
};

class Asker {
 public:
  explicit Asker(net::Url server) : server_(std::move(server)) {}

  net::ClientResponse get(const std::string& target) { return send({"GET", server_, target}); }
  void add(std::uint64_t counter) {
    check(send({"POST", server_, "/v1/counters/" + std::string(Name(counter))}));
  }
  void add_all(std::uint64_t begin, std::uint64_t end) {
    std::string body = "[";
    for (std::uint64_t i = begin; i < end; ++i) {
      body.append(i == begin ? R"({"name":")" : R"(,{"name":")").append(Name(i)).append(R"("})");
    }
    check(send({.method = "POST",
                .server = server_,
                .target = "/v1/counters",
                .content_type = "application/json",
                .body = body + "]"}));
  }
  void list(const std::string& query) { check(get("/v1/counters?" + query)); }

 private:
  net::ClientResponse send(const net::ClientRequest& request) {
    auto answer = client_.send(request);
    return answer ? std::move(*answer) : net::ClientResponse{};
  }
  static void check(const net::ClientResponse& answer) { TALLY_CHECK(answer.status == 200); }

  const net::Url server_;
  net::BlockingClient client_{{.answer_timeout = std::chrono::seconds(60)}};
};

void wait_until_ready(const Process& process, Asker& asker) {
  constexpr auto kPatience = std::chrono::seconds(30);
  const Clock::time_point begin = Clock::now();
  while (asker.get("/readyz").status != 200) {
    if (process.has_ended() || Clock::now() - begin > kPatience) {
      fmt::print(
          stderr,
          "many_report: the server {}: nothing was measured. What it said is above, or start it by hand.\n",
          process.has_ended() ? "ended before it was ready" : "is not ready after 30 s");
      std::exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// The longest that one of the adds took that go on while `other` does.
template <class Other>
double longest_add_during(const net::Url& server, std::size_t counters, Other other) {
  std::atomic<bool> done{false};
  double longest = 0;
  std::thread adds([&] {
    Asker asker(server);
    for (std::uint64_t i = 0; !done.load(); i = (i + 7919) % counters) {
      const Clock::time_point begin = Clock::now();
      asker.add(i);
      longest = std::max(longest, ms_since(begin));
    }
  });
  other();
  done.store(true);
  adds.join();
  return longest;
}

}  // namespace

ProcessFigures measure_process(const std::string& program, std::size_t counters) {
  constexpr std::size_t kBatch = 10'000;
  constexpr int kPages = 200;
  constexpr int kTops = 5;
  constexpr auto kUntilSealed = std::chrono::seconds(3);

  const net::Url url{"127.0.0.1", free_port()};
  const Process process(program, url.authority());
  Asker asker(url);
  wait_until_ready(process, asker);

  ProcessFigures figures{};
  const auto a_counter = [&, before = process.resident_bytes()] {
    return (process.resident_bytes() - before) / static_cast<double>(counters);
  };
  for (std::size_t i = 0; i < counters; i += kBatch) asker.add_all(i, std::min(counters, i + kBatch));
  std::this_thread::sleep_for(kUntilSealed);
  figures.bytes_a_counter = a_counter();

  figures.longest_add_ms =
      longest_add_during(url, counters, [] { std::this_thread::sleep_for(std::chrono::seconds(2)); });
  figures.longest_add_of_first_ms = longest_add_during(url, counters, [&] {
    const Clock::time_point begin = Clock::now();
    asker.list("limit=1000");
    figures.first_page_ms = ms_since(begin);
  });
  std::vector<double> pages;
  figures.longest_add_of_pages_ms = longest_add_during(url, counters, [&] {
    for (int i = 0; i < kPages; ++i) {
      const Clock::time_point begin = Clock::now();
      const std::string name{Name(static_cast<std::uint64_t>(i) * 104'729 % counters)};
      asker.list("limit=1000&prefix=" + name.substr(0, 21));
      pages.push_back(ms_since(begin));
    }
  });
  std::nth_element(pages.begin(), pages.begin() + kPages / 2, pages.end());
  figures.page_ms = pages[kPages / 2];
  figures.bytes_with_index = a_counter();
  figures.longest_add_of_top_ms = longest_add_during(url, counters, [&] {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < kTops; ++i) asker.list("limit=20&order=-value");
    figures.top_ms = ms_since(begin) / kTops;
  });
  return figures;
}

}  // namespace tally
