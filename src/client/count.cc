#include "client/count.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/text.h"
#include "client/commands.h"
#include "client/complain.h"
#include "client/file_descriptor.h"
#include "client/json_line.h"
#include "client/signal_input.h"
#include "count/counter_name.h"
#include "net/boot_clock.h"

namespace tally {

namespace {

// How long lines may wait for others to be sent with, when the input pauses.
constexpr Duration kPatience = std::chrono::milliseconds(500);
constexpr Duration kForEver = Duration(-1);

std::string lines(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "Line " + std::to_string(first);
  return "Lines " + std::to_string(first) + " to " + std::to_string(last);
}

// None for standard input.
Result<FileDescriptor> open_input(const std::string& path) {
  if (path.empty()) return FileDescriptor();
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  const bool there = file.get() >= 0 && fstat(file.get(), &status) == 0;
  if (there && !S_ISDIR(status.st_mode)) return file;
  return Error{Errc::invalid, "The file " + path +
                                  " cannot be read: " + std::strerror(there ? EISDIR : errno) +
                                  ". Name a file that you may read, or none for the standard input."};
}

}  // namespace

LineCount::LineCount(FailoverClient& client, LineReader& input, std::string prefix, std::ostream& err,
                     ProgressBar* bar)
    : client_(client), input_(input), prefix_(std::move(prefix)), err_(err), bar_(bar) {}

int LineCount::run() {
  InputLine line;
  bool more = true;
  while (more) {
    switch (input_.next(line, batch_.empty() ? kForEver : kPatience)) {
      case LineEvent::line: more = take(line) && (!batch_.full() || send()); break;
      case LineEvent::idle: more = send(); break;
      case LineEvent::end:
        send();
        more = false;
        break;
      case LineEvent::interrupted:
        stop("Interrupted.");
        more = false;
        break;
      case LineEvent::failed:
        stop(std::string("The input cannot be read: ") + std::strerror(errno) + ".");
        more = false;
        break;
    }
  }
  if (bar_) bar_->clear();
  return all_counted_ ? 0 : 1;
}

bool LineCount::take(const InputLine& line) {
  read_to_ = line.number;
  if (line.text.empty()) return true;
  std::string name = prefix_ + std::string(line.text);
  if (const auto good = check_counter_name(name); !good) {
    stop("Line " + std::to_string(line.number) + ", " + quote(line.text) +
         ", is no counter's name: " + good.error().detail);
    return false;
  }
  batch_.add(std::move(name), line.number);
  return true;
}

bool LineCount::send() {
  if (!batch_.empty()) {
    const auto values = client_.add(batch_.deltas());
    if (values) {
      counted_ += batch_.lines();
      counted_by_[client_.server()->id] += batch_.lines();
    } else if (values.error().code == Errc::unknown_outcome) {
      all_counted_ = false;
      say(lines(batch_.first_line(), batch_.last_line()) +
          " may be counted or not, and are not sent again: " + values.error().detail);
    } else {
      stop(values.error().detail);
      return false;
    }
    batch_.clear();
  }
  settled_to_ = read_to_;
  if (bar_) bar_->show(input_.bytes_read(), counted_, net::BootClock::now());
  return true;
}

void LineCount::stop(const std::string& reason) {
  all_counted_ = false;
  const std::string next = std::to_string(settled_to_ + 1);
  say(reason + (settled_to_ == 0 ? " Nothing was counted."
                                 : " Nothing was counted from line " + next +
                                       " on: count the rest with 'tail -n +" + next + " FILE | tally count'" +
                                       (prefix_.empty() ? "." : " and the same --prefix.")));
}

void LineCount::say(const std::string& text) {
  if (bar_) bar_->clear();
  complain(err_, text);
}

std::string LineCount::summary() const {
  std::string text = std::to_string(counted_) + (counted_ == 1 ? " line" : " lines") + " counted";
  const char* before = " by ";
  for (const auto& [server, count] : counted_by_) {
    text += before + server.text();
    if (counted_by_.size() > 1) text += " (" + std::to_string(count) + ")";
    before = ", ";
  }
  return text;
}

std::string LineCount::summary_json(Duration took) const {
  std::string by;
  for (const auto& [server, count] : counted_by_) {
    by += (by.empty() ? "" : ",") + JsonLine::quoted(server.text()) + ":" + std::to_string(count);
  }
  return JsonLine()
      .integer("lines", counted_)
      .raw("by", "{" + by + "}")
      .boolean("all_counted", all_counted_)
      .integer("duration_ms", to_ms_rounded_up(took))
      .line();
}

int run_count(const CountOptions& options) {
  // Ctrl-C ends the count between two batches, and leaves nothing in doubt.
  const SignalInput interrupt({SIGINT, SIGTERM});

  const auto file = open_input(options.file);
  if (!file) {
    complain(std::cerr, file.error().detail);
    return 1;
  }
  const int input_fd = file->get() < 0 ? STDIN_FILENO : file->get();
  struct stat status {};
  const bool size_known = fstat(input_fd, &status) == 0 && S_ISREG(status.st_mode);
  ProgressBar bar(std::cerr, size_known ? static_cast<std::uint64_t>(status.st_size) : 0);

  const Instant begin = net::BootClock::now();
  FailoverClient client(options.client);
  LineReader input(input_fd, interrupt.fd(), kMaxNameBytes);
  LineCount count(client, input, options.prefix, std::cerr, isatty(STDERR_FILENO) ? &bar : nullptr);
  const int exit_status = count.run();
  const Duration took = net::BootClock::now() - begin;
  const std::string text = count.summary() + " in " + to_text(took) + "\n";
  std::cout << (options.output == OutputFormat::json ? count.summary_json(took) : text) << std::flush;
  if (!std::cout) {
    complain(std::cerr, "The lines were counted, but the summary could not be written.");
    return 1;
  }
  return exit_status;
}

}  // namespace tally
