// A machine: an address, a disk, and the one program that runs on it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "chaos/disk.h"
#include "chaos/network.h"
#include "tests/e2e/process.h"

namespace tally::chaos {

// Used by the main thread: the program ends with the thread that started it.
class Machine {
 public:
  // Its disk is in a folder of its name in `folder`.
  Machine(Network& network, const std::filesystem::path& folder, std::string name);

  const std::string& name() const { return name_; }
  Network::Host host() const { return host_; }
  std::string address() const { return network_.address(host_); }
  Disk& disk() { return disk_; }

  // Under the power cut shim. Nothing runs yet, or any more.
  void start(const std::vector<std::string>& command, const std::vector<std::string>& environment = {});
  // kill -9.
  void kill();
  void freeze();  // SIGSTOP, until thaw() or kill()
  void thaw();

  bool on() const { return process_ != nullptr; }  // started, and not killed by us
  pid_t pid() const { return process_->pid(); }
  // Empty while the program does as it was told; else that it ended by itself, and its last words.
  std::string complaint();

 private:
  Network& network_;
  const std::string name_;
  const Network::Host host_;
  Disk disk_;
  std::unique_ptr<e2e::Process> process_;
};

}  // namespace tally::chaos
