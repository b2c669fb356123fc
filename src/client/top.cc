#include <array>
#include <csignal>
#include <iostream>

#include <poll.h>
#include <unistd.h>

#include "api/list_query.h"
#include "client/commands.h"
#include "client/complain.h"
#include "client/scraped_metrics.h"
#include "client/screen.h"
#include "client/signal_input.h"
#include "client/top_view.h"
#include "net/boot_clock.h"
#include "net/http_client.h"

namespace tally {

namespace {

// Rates need two looks.
constexpr Duration kUsualInterval = std::chrono::seconds(1);
// Whoever presses q does not wait long for a server that is silent.
constexpr Duration kAnswerTimeout = std::chrono::seconds(2);
// So many that a counter which moves is among them, as a rule; one page.
constexpr std::uint32_t kRanked = kMaxPage;

TopLook look_around(FailoverClient& client, const TopOptions& options) {
  TopLook look;
  const ListOrder order = options.order == TopOrder::name ? ListOrder::by_name : ListOrder::by_value_down;
  auto page = client.page({.prefix = options.prefix, .order = order, .limit = kRanked, .after = {}});
  look.at = net::BootClock::now();
  if (page) look.counters = std::move(page->counters);
  if (!page) look.failure = page.error();
  const auto servers = client.servers();
  if (!servers) look.failure = servers.error();
  for (const ListedServer& listed : servers ? *servers : std::vector<ListedServer>()) {
    TopLook::Server server{listed, {}, {}, {}};
    const auto url = net::Url::parse(listed.url);
    if (url && listed.state != ServerState::down) {
      const auto answer = client.look(*url, "/metrics");
      const auto metrics = ScrapedMetrics::parse(answer && answer->status == 200 ? answer->body : "");
      server.adds = metrics.value("tally_adds_total");
      server.counters = metrics.value("tally_counters");
      server.unshared = metrics.value("tally_unshared_adds");
    }
    look.servers.push_back(std::move(server));
  }
  return look;
}

enum class Event { time_is_over, resized, leave };

// What happens first: the interval's end, a key, or a signal.
Event next_event(SignalInput& signals, Screen* screen, Instant until) {
  while (true) {
    const Duration left = std::max(until - net::BootClock::now(), Duration::zero());
    std::array<pollfd, 2> inputs{{{signals.fd(), POLLIN, 0}, {screen ? STDIN_FILENO : -1, POLLIN, 0}}};
    const int ready = poll(inputs.data(), inputs.size(), static_cast<int>(to_ms_rounded_up(left)));
    if (ready == 0) return Event::time_is_over;
    if (inputs[1].revents != 0) {
      char key = 0;
      if (read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q') return Event::leave;
    }
    const auto signal = signals.take();
    if (!signal) continue;
    if (*signal == SIGWINCH) return Event::resized;
    if (*signal != SIGTSTP) return Event::leave;
    if (screen) screen->leave();
    raise(SIGSTOP);
    if (screen) screen->enter();
    return Event::resized;
  }
}

int watch_on_screen(FailoverClient& client, const TopOptions& options) {
  SignalInput signals({SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP});
  Screen screen;
  const Duration interval = options.every.value_or(kUsualInterval);
  std::optional<TopLook> before;
  TopLook look = look_around(client, options);
  while (true) {
    const Instant until = look.at + interval;
    Event event = Event::resized;
    while (event == Event::resized) {
      const TopStyle style{options.order, terminal_size(), may_colour()};
      screen.draw(top_table(look, before ? &*before : nullptr, style));
      event = next_event(signals, &screen, until);
    }
    if (event == Event::leave) return 0;
    before = std::move(look);
    look = look_around(client, options);
  }
}

int print_tables(FailoverClient& client, const TopOptions& options) {
  SignalInput signals({SIGINT});
  TopLook before = look_around(client, options);
  while (!before.failure) {
    const Instant until = before.at + options.every.value_or(kUsualInterval);
    if (next_event(signals, nullptr, until) == Event::leave) return 0;
    TopLook look = look_around(client, options);
    if (look.failure) {
      before.failure = look.failure;
      break;
    }
    std::cout << top_table(look, &before, {.order = options.order}) << std::flush;
    if (!std::cout) {
      complain(std::cerr, "The table could not be written: see where standard output goes.");
      return 1;
    }
    if (!options.every) return 0;
    before = std::move(look);
    std::cout << "\n";
  }
  complain(std::cerr, before.failure->detail);
  return 1;
}

}  // namespace

int run_top(const TopOptions& options) {
  ClientOptions impatient = options.client;
  impatient.patient = false;
  impatient.answer_timeout = kAnswerTimeout;
  FailoverClient client(impatient);
  const bool on_screen = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  return on_screen ? watch_on_screen(client, options) : print_tables(client, options);
}

}  // namespace tally
