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
  const std::string& directory = setup_.directories[random_.below(setup_.directories.size())];
  network_.ask(setup_.name, directory, WhichServer{setup_.name}, setup_.patience,
               [this](const Answer& answer) {
                 if (answer) {
                   server_ = std::get<std::string>(*answer);
                   known_.insert(server_);
                 } else if (!known_.empty()) {
                   const auto any = static_cast<std::ptrdiff_t>(random_.below(known_.size()));
                   server_ = *std::next(known_.begin(), any);
                 }
                 pause();
               });
}

Ack Client::some_ack() {
  if (random_.chance(40)) return {};
  if (random_.chance(40)) return {.disk = true};
  return {.peers = 1 + static_cast<std::uint32_t>(random_.below(3))};
}

void Client::add() {
  const Add add = ledger_.next(random_, some_ack());
  network_.ask(setup_.name, server_, add, setup_.patience, [this, add](const Answer& answer) {
    if (answer) {
      ledger_.acknowledged(add, std::get<Counted>(*answer).held);
    } else {
      const Errc why = answer.error().code;
      if (why != Errc::unknown_outcome) ledger_.refused(add);
      const bool it_stays = why == Errc::invalid || why == Errc::out_of_range;
      if (!it_stays) server_.clear();
    }
    pause();
  });
}

}  // namespace tally::sim
