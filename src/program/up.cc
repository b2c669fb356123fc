#include "program/up.h"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "client/complain.h"
#include "client/signal_input.h"
#include "net/blocking_client.h"
#include "net/boot_clock.h"
#include "program/child_process.h"

namespace tally {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kReadyWithin = seconds(30);
constexpr Duration kServersStopWithin = seconds(8);
constexpr Duration kAllStopWithin = seconds(9);  // leaves time to kill
constexpr Duration kBetweenLooks = milliseconds(50);

struct Program {
  std::string name;  // "balancer", "a"
  net::Url url;
  std::uint16_t resp_port;  // 0: it does not speak the Redis protocol
  std::vector<std::string> arguments;
  std::optional<ChildProcess> process;
};

// A plain bind() fails where anybody listens, also where the listener would share the port with its like.
bool is_free(std::uint16_t port) {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// As a shell reads it back: in quotes if it must be.
std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("-_./:=,@", c);
  };
  if (std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

// "a (pid 4711)"; it has been started.
std::string called(const Program& program) {
  return program.name + " (pid " + std::to_string(program.process->pid()) + ")";
}

class Up {
 public:
  Up(const UpOptions& options, std::string program) : program_(std::move(program)) {
    const auto url = [&options](unsigned offset) {
      return net::Url{"127.0.0.1", static_cast<std::uint16_t>(options.port + offset)};
    };
    add("balancer", url(0), 0, {"balancer", "--listen", url(0).authority()}, options);
    for (unsigned i = 1; i <= options.servers; ++i) {
      const std::string id(1, static_cast<char>('a' + i - 1));
      const net::Endpoint resp{"127.0.0.1", static_cast<std::uint16_t>(options.resp_port + i - 1)};
      std::vector<std::string> arguments{"server",
                                         "--id",
                                         id,
                                         "--listen",
                                         url(i).authority(),
                                         "--advertise",
                                         url(i).text(),
                                         "--balancer",
                                         url(0).text(),
                                         "--resp",
                                         resp.text(),
                                         "--share-interval",
                                         to_text(options.share_interval)};
      if (!options.data.empty()) arguments.insert(arguments.end(), {"--data", options.data + "/" + id});
      add(id, url(i), resp.port, std::move(arguments), options);
    }
  }

  int run() {
    const bool started = start();
    if (started) {
      say_hello();
      while (!stopping_) look(std::nullopt);
    }
    const bool stopped = stop();
    return (started || asked_to_stop_) && stopped ? 0 : 1;
  }

 private:
  void add(const std::string& name, const net::Url& url, std::uint16_t resp_port,
           std::vector<std::string> arguments, const UpOptions& options) {
    if (!options.config_file.empty()) arguments.insert(arguments.end(), {"--config", options.config_file});
    programs_.push_back({name, url, resp_port, std::move(arguments), {}});
  }

  bool start();
  bool all_ports_free() const;
  bool launch(Program& program);
  bool wait_until_ready(Program& program, Instant deadline);
  bool stop();
  void kill_rest();
  void say_hello() const;
  std::string command_of(const Program& program) const;

  // Waits for something to happen, at most for `patience`, and deals with it.
  void look(std::optional<Duration> patience);
  void pass_on_output(Program& program);
  void notice_end(Program& program);
  bool any_running(bool servers_only) const;
  void signal_all(int number, bool servers_only);

  std::string program_;
  std::vector<Program> programs_;  // the balancer stands first
  SignalInput signals_{SIGINT, SIGTERM, SIGHUP, SIGCHLD};
  bool all_ready_ = false;
  bool stopping_ = false;
  bool asked_to_stop_ = false;
  bool clean_ = true;  // whoever was stopped exited with 0
};

// The balancer first: a server that finds none goes on, but gets no clients before its next heartbeat.
bool Up::start() {
  if (!all_ports_free()) return false;
  const Instant deadline = net::BootClock::now() + kReadyWithin;
  const auto servers = programs_.begin() + 1;
  const auto ready = [&](Program& program) { return wait_until_ready(program, deadline); };
  all_ready_ = launch(programs_[0]) && ready(programs_[0]) &&
               std::all_of(servers, programs_.end(), [this](Program& server) { return launch(server); }) &&
               std::all_of(servers, programs_.end(), ready);
  return all_ready_;
}

bool Up::all_ports_free() const {
  const auto free = [](std::uint16_t port, const std::string& whose, const std::string& option) {
    if (is_free(port)) return true;
    complain(std::cerr,
             "Port " + std::to_string(port) + " for " + whose +
                 " is in use: stop who listens there, perhaps another 'tally up', or choose others "
                 "with " +
                 option + ".");
    return false;
  };
  return std::all_of(programs_.begin(), programs_.end(), [&](const Program& program) {
    return free(program.url.port, program.name, "--port") &&
           (program.resp_port == 0 ||
            free(program.resp_port, program.name + ", where it speaks the Redis protocol,", "--resp-port"));
  });
}

bool Up::launch(Program& program) {
  auto process = ChildProcess::start(program_, program.arguments);
  if (!process) {
    complain(std::cerr, process.error().detail);
    return false;
  }
  program.process = std::move(*process);
  return true;
}

bool Up::wait_until_ready(Program& program, Instant deadline) {
  net::BlockingClient http({.connect_timeout = seconds(1), .answer_timeout = seconds(1)});
  while (!stopping_) {
    look(kBetweenLooks);
    const auto answer = http.send({.method = "GET", .server = program.url, .target = "/readyz"});
    if (answer && answer->status == 200) return true;
    if (net::BootClock::now() > deadline) {
      complain(std::cerr, program.name + " is not ready after " + to_text(kReadyWithin) +
                              ": see what it wrote above. Stopping all.");
      return false;
    }
  }
  return false;
}

void Up::say_hello() const {
  const std::string balancer = programs_[0].url.text();
  const Program& first = programs_[1];
  std::cout << "Tally is up.\n";
  for (const Program& program : programs_) {
    std::string name = program.name;
    name.resize(10, ' ');
    std::cout << "  " << name << program.url.text() << "  pid " << program.process->pid() << "\n";
  }
  std::cout << "In a browser you see all of it, live: " << balancer << "/\n"
            << "Clients of Redis count there too:";
  for (const Program& program : programs_) {
    if (program.resp_port == 0) continue;
    std::cout << (&program == &first ? " " : ", ") << program.name << " at 127.0.0.1:" << program.resp_port;
  }
  std::cout << "\nTry in another terminal:\n"
            << "  curl -L -X POST " << balancer << "/v1/counters/page-views    adds 1\n"
            << "  curl -L " << balancer << "/v1/counters/page-views            reads\n"
            << "  " << shell_word(program_) << " shell --balancer " << balancer << "    a prompt for both\n"
            << "  redis-cli -p " << first.resp_port << " incr page-views    adds 1 to the same counter\n"
            << "  kill -9 " << first.process->pid() << "    server " << first.name
            << " dies; this brings it back:\n"
            << "  " << command_of(first) << "\n"
            << "Ctrl-C stops all." << std::endl;
}

std::string Up::command_of(const Program& program) const {
  std::string command = shell_word(program_);
  for (const std::string& argument : program.arguments) command += " " + shell_word(argument);
  return command;
}

void Up::look(std::optional<Duration> patience) {
  std::vector<pollfd> inputs{{signals_.fd(), POLLIN, 0}};
  for (const Program& program : programs_) {
    inputs.push_back({program.process ? program.process->output() : -1, POLLIN, 0});
  }
  poll(inputs.data(), inputs.size(), patience ? static_cast<int>(to_ms_rounded_up(*patience)) : -1);
  while (const auto signal = signals_.take()) {
    if (*signal != SIGCHLD) stopping_ = asked_to_stop_ = true;
  }
  for (Program& program : programs_) {
    if (program.process) notice_end(program);
    if (program.process) pass_on_output(program);
  }
}

void Up::pass_on_output(Program& program) {
  std::string name = program.name;
  name.resize(8, ' ');
  for (const std::string& line : program.process->read_lines())
    std::cerr << name << " | " << line << std::endl;
}

void Up::notice_end(Program& program) {
  const auto end = program.process->poll_end();
  if (!end) return;
  pass_on_output(program);  // its last words first
  const std::string what = called(program) + " " + end->text;
  if (stopping_) {
    clean_ = clean_ && end->clean;
    if (!end->clean) complain(std::cerr, what + " when it was told to stop.");
  } else if (all_ready_) {
    complain(std::cerr, what + ". Bring it back with: " + command_of(program));
  } else {
    complain(std::cerr, what + " before all were ready: see what it wrote above. Stopping all.");
    stopping_ = true;
  }
}

// Servers first: each tells the others what it has not shared yet, and the balancer that it goes.
bool Up::stop() {
  stopping_ = true;
  const Instant begin = net::BootClock::now();
  signal_all(SIGTERM, true);
  while (any_running(true) && net::BootClock::now() - begin < kServersStopWithin) look(kBetweenLooks);
  signal_all(SIGTERM, false);
  while (any_running(false) && net::BootClock::now() - begin < kAllStopWithin) look(kBetweenLooks);
  if (!any_running(false)) return clean_;
  kill_rest();
  return false;
}

void Up::kill_rest() {
  for (const Program& program : programs_) {
    if (!program.process || !program.process->running()) continue;
    const bool counts = &program != &programs_[0];
    complain(std::cerr, called(program) + " has not stopped within " + to_text(kAllStopWithin) +
                            ", so it is killed" + (counts ? ": what it had not shared is lost." : "."));
    program.process->signal(SIGKILL);
  }
  while (any_running(false)) look(kBetweenLooks);
}

bool Up::any_running(bool servers_only) const {
  return std::any_of(programs_.begin() + (servers_only ? 1 : 0), programs_.end(),
                     [](const Program& program) { return program.process && program.process->running(); });
}

void Up::signal_all(int number, bool servers_only) {
  for (std::size_t i = servers_only ? 1 : 0; i < programs_.size(); ++i) {
    if (programs_[i].process) programs_[i].process->signal(number);
  }
}

}  // namespace

int run_up(const UpOptions& options, const std::string& program) { return Up(options, program).run(); }

}  // namespace tally
