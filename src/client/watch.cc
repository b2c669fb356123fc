#include "client/watch.h"

#include <array>
#include <csignal>
#include <ostream>

#include <poll.h>

#include "client/complain.h"
#include "client/json_line.h"
#include "client/rate.h"
#include "client/signal_input.h"
#include "client/terminal.h"
#include "client/terminal_text.h"
#include "net/boot_clock.h"

namespace tally {

std::string WatchView::show(const std::vector<Int128>& values, Instant now, std::size_t width) {
  std::string text = redraws_ ? screen(values, now, width) : changes(values);
  shown_ = values;
  shown_at_ = now;
  return text;
}

std::string WatchView::changes(const std::vector<Int128>& values) const {
  std::string lines;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!shown_.empty() && shown_[i] == values[i]) continue;
    if (format_ == OutputFormat::json) {
      lines += JsonLine().text("name", names_[i]).integer("value", values[i]).line();
    } else {
      lines += (names_.size() > 1 ? names_[i] + "\t" : "") + to_decimal(values[i]) + "\n";
    }
  }
  return lines;
}

std::string WatchView::screen(const std::vector<Int128>& values, Instant now, std::size_t width) const {
  std::string text = shown_.empty() ? "" : "\033[" + std::to_string(values.size()) + "A";
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::string line = harmless(names_[i]) + "  " + to_decimal(values[i]);
    if (!shown_.empty())
      line += "  " + rate_text(rate_of(static_cast<double>(values[i] - shown_[i]), now - shown_at_)) + "/s";
    // The last column stays free: behind it some terminals have begun a new line already.
    if (columns(line) >= width) line = fitted(line, width - 1);
    text += "\r" + line + "\033[K\n";
  }
  return text;
}

Result<void> watch(FailoverClient& client, const WatchCommand& command, const Output& output) {
  SignalInput interrupt({SIGINT});
  const bool redraws = output.terminal && output.format == OutputFormat::text;
  WatchView view(command.names, output.format, redraws);
  bool seen = false;
  bool complained = false;
  while (true) {
    std::vector<Int128> values;
    Result<Int128> value = 0;
    for (auto name = command.names.begin(); value && name != command.names.end(); ++name) {
      value = client.get(*name);
      if (value) values.push_back(*value);
    }
    if (value) {
      output.out << view.show(values, net::BootClock::now(), terminal_size().columns) << std::flush;
      if (!output.out) {
        return Error{Errc::internal, "What changes could not be written: see where standard output goes."};
      }
    } else if (!seen) {
      return value.error();
    } else if (!complained) {
      complain(output.err, value.error().detail + " Watching goes on.");
      if (redraws) view = WatchView(command.names, output.format, redraws);  // below what was just said
    }
    seen = seen || value.has_value();
    complained = !value;
    std::array<pollfd, 1> input{{{interrupt.fd(), POLLIN, 0}}};
    poll(input.data(), input.size(), static_cast<int>(to_ms_rounded_up(command.every)));
    if (interrupt.take()) return {};
  }
}

}  // namespace tally
