// Signals as input to poll for, between whatever else a program does.
#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>

#include "client/file_descriptor.h"

namespace tally {

// Constructed before the process has a second thread.
class SignalInput {
 public:
  SignalInput(std::initializer_list<int> numbers);
  ~SignalInput();  // those that came and were not taken are dropped; later ones do again what they did before
  SignalInput(const SignalInput&) = delete;
  SignalInput& operator=(const SignalInput&) = delete;

  int fd() const { return fd_.get(); }  // readable once one of them has come

  // One that came; does not wait.
  std::optional<int> take();

 private:
  sigset_t before_{};
  FileDescriptor fd_;
};

}  // namespace tally
