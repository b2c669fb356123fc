// The one `tally` program.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <span>
#include <variant>

#include <fcntl.h>
#include <unistd.h>

#include "balancer/balancer.h"
#include "client/commands.h"
#include "client/complain.h"
#include "program/completion.h"
#include "program/new_token.h"
#include "program/options.h"
#include "program/up.h"
#include "server/server.h"

namespace {

// Whoever read what a server writes may leave; that is no reason to stop counting.
void outlive_the_log_reader() { std::signal(SIGPIPE, SIG_IGN); }

struct Run {
  int operator()(const tally::HelpText& help) const {
    std::cout << help.text << std::flush;
    if (std::cout) return 0;
    tally::complain(std::cerr, "What was asked for could not be written: see where standard output goes.");
    return 1;
  }
  int operator()(const tally::BalancerOptions& options) const {
    outlive_the_log_reader();
    return tally::run_balancer(options);
  }
  int operator()(const tally::ServerOptions& options) const {
    outlive_the_log_reader();
    return tally::run_server(options);
  }
  int operator()(const tally::UpOptions& options) const {
    return tally::run_up(options, std::filesystem::read_symlink("/proc/self/exe").string());
  }
  int operator()(const tally::AskOptions& options) const { return tally::run_ask(options); }
  int operator()(const tally::CountOptions& options) const { return tally::run_count(options); }
  int operator()(const tally::TopOptions& options) const { return tally::run_top(options); }
  int operator()(const tally::DoctorOptions& options) const { return tally::run_doctor(options); }
  int operator()(const tally::ShellOptions& options) const { return tally::run_shell(options); }
  int operator()(const tally::CompleteOptions& options) const { return tally::run_complete(options); }
  int operator()(const tally::NewTokenOptions& options) const { return tally::run_new_token(options); }
};

constexpr int kCommandLineIsWrong = 2;

// Opens /dev/null for each of the three standard streams that whoever started us had closed: the next thing
// that is opened, a timer or a socket, would otherwise be taken for one of them.
void open_standard_streams() {
  for (int fd = open("/dev/null", O_RDWR); fd >= 0; fd = open("/dev/null", O_RDWR)) {
    if (fd <= STDERR_FILENO) continue;
    close(fd);
    return;
  }
}

}  // namespace

int main(int count, char** arguments) {
  open_standard_streams();
  const std::span<const char* const> all(arguments, static_cast<std::size_t>(count));
  const auto command = tally::parse_command_line(all.subspan(std::min<std::size_t>(1, all.size())),
                                                 [](const char* name) { return std::getenv(name); });
  if (!command) {
    tally::complain(std::cerr, command.error().detail);
    return kCommandLineIsWrong;
  }
  return std::visit(Run{}, *command);
}
