#include "sim/client.h"

#include <iterator>
#include <utility>

namespace tally::sim {

Client::Client(Setup setup, EventQueue& queue, Network& network, Ledger& ledger, Random random)
    : setup_(std::move(setup)), queue_(queue), network_(network), ledger_(ledger), random_(random) {}

void Client::begin() { pause(); }

void Client::pause() {
  const auto most = static_cast<std::uint64_t>(setup_.most_pause.count());
  queue_.after(Duration(static_cast<Duration::rep>(random_.below(most))), [this] { go_on(); });
}

void Client::go_on() {
  if (stopped_) return;
  server_.empty() ? ask_directory() : add();
}

void Client::ask_directory() {
  network_.ask(setup_.name, setup_.directory, WhichServer{setup_.name}, [this](const Answer& answer) {
    if (answer) {
      server_ = std::get<std::string>(*answer);
      known_.insert(server_);
    } else if (!known_.empty()) {
      server_ = *std::next(known_.begin(), static_cast<std::ptrdiff_t>(random_.below(known_.size())));
    }
    pause();
  });
}

void Client::add() {
  const Add add = ledger_.next(random_);
  network_.ask(setup_.name, server_, add, [this, add](const Answer& answer) {
    if (answer) {
      ledger_.acknowledged(add);
    } else {
      server_.clear();
      if (answer.error().code != Errc::unknown_outcome) ledger_.refused(add);
    }
    pause();
  });
}

}  // namespace tally::sim
