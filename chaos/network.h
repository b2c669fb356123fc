// A network of this process's own: hosts with an address each, and packets between any two that can be lost
// one way.
//
// Each host is a network namespace, wired to a switch (a bridge) by a veth pair. All of it, and every mount
// made later, belongs to namespaces of this process alone: the kernel takes them away when the process ends,
// however it ends, and the machine's own network is never touched. Needs root or unprivileged user
// namespaces; where the system allows neither, all hosts are loopback addresses, and nothing between them can
// be cut.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/file_descriptor.h"

namespace tally::chaos {

// Used by the thread that made it, before and while there are others.
class Network {
 public:
  using Host = std::size_t;
  static constexpr Host kHere = 0;  // this process

  // Before the process has threads.
  Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Empty where hosts are apart; else why they are not.
  const std::string& why_not_apart() const { return why_not_apart_; }
  bool apart() const { return why_not_apart_.empty(); }

  Host add_host();
  std::string address(Host host) const;
  // The command, such that it runs at the host.
  std::vector<std::string> at(Host host, std::vector<std::string> command) const;

  // From now on what `from` sends to `to` vanishes without a trace, of connections that stand, too. Only
  // where hosts are apart.
  void cut(Host from, Host to);
  void cut_both(Host one, Host other);
  void heal();

 private:
  void ip(Host host, const std::vector<std::string>& words) const;

  std::string why_not_apart_;
  std::vector<FileDescriptor> namespaces_;  // by host
  std::set<std::pair<Host, Host>> cuts_;
};

}  // namespace tally::chaos
