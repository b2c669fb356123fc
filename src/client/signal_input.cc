#include "client/signal_input.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include "base/check.h"

namespace tally {

SignalInput::SignalInput(std::initializer_list<int> numbers) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : numbers) sigaddset(&signals, number);
  sigprocmask(SIG_BLOCK, &signals, &before_);
  fd_ = FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  TALLY_CHECK(fd_.get() >= 0);
}

SignalInput::~SignalInput() {
  while (take()) {
  }
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> SignalInput::take() {
  signalfd_siginfo signal{};
  if (read(fd_.get(), &signal, sizeof signal) != sizeof signal) return std::nullopt;
  return static_cast<int>(signal.ssi_signo);
}

}  // namespace tally
