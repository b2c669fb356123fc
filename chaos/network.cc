#include "chaos/network.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/e2e/process.h"

namespace tally::chaos {

namespace {

constexpr const char* kNobody = "02:00:00:00:00:fe";  // a link-layer address that no host has

bool write_file(const char* path, const std::string& text) {
  std::ofstream file(path);
  return static_cast<bool>((file << text).flush());
}

// Network and mounts of our own; as root, or as the root of a user namespace of our own.
bool leave_the_machine() {
  constexpr int kOwn = CLONE_NEWNET | CLONE_NEWNS;
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(kOwn) != 0) {
    if (errno != EPERM || unshare(CLONE_NEWUSER | kOwn) != 0) return false;
    // In this order: user_namespaces(7).
    if (!write_file("/proc/self/setgroups", "deny") ||
        !write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1") ||
        !write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1"))
      return false;
  }
  return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

FileDescriptor open_namespace() {
  return FileDescriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
}

// A thread that takes a new one and ends; the descriptor keeps it.
FileDescriptor new_namespace() {
  FileDescriptor made;
  std::thread([&made] {
    if (unshare(CLONE_NEWNET) == 0) made = open_namespace();
  }).join();
  return made;
}

std::string path_of(const FileDescriptor& descriptor) {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(descriptor.get());
}

std::string device_of(Network::Host host) { return host == Network::kHere ? "switch" : "eth0"; }

}  // namespace

Network::Network() {
  if (e2e::run({"ip", "-Version"}).status != 0) {
    why_not_apart_ = "there is no 'ip' command (Debian: iproute2)";
  } else if (!leave_the_machine()) {
    why_not_apart_ = std::string("no namespaces of our own: ") + std::strerror(errno);
  }
  namespaces_.push_back(open_namespace());
  if (!apart()) return;
  ip(kHere, {"link", "set", "lo", "up"});
  ip(kHere, {"link", "add", "switch", "type", "bridge"});
  ip(kHere, {"address", "add", address(kHere) + "/24", "dev", "switch"});
  ip(kHere, {"link", "set", "switch", "up"});
}

Network::Host Network::add_host() {
  const Host host = namespaces_.size();
  if (!apart()) {
    namespaces_.emplace_back();
    return host;
  }
  namespaces_.push_back(new_namespace());
  TALLY_CHECK(namespaces_.back().get() >= 0);
  const std::string port = "port" + std::to_string(host);
  ip(kHere,
     {"link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", path_of(namespaces_.back())});
  ip(kHere, {"link", "set", port, "master", "switch", "up"});
  ip(host, {"link", "set", "lo", "up"});
  ip(host, {"address", "add", address(host) + "/24", "dev", "eth0"});
  ip(host, {"link", "set", "eth0", "up"});
  return host;
}

std::string Network::address(Host host) const {
  if (apart()) return "10.77.0." + std::to_string(host + 1);
  // All of 127/8 is this machine. Which part is ours follows from our process id, so that two of us keep
  // apart.
  const auto pid = static_cast<unsigned>(getpid());
  return "127." + std::to_string(1 + pid / 256 % 254) + "." + std::to_string(pid % 256) + "." +
         std::to_string(host + 1);
}

std::vector<std::string> Network::at(Host host, std::vector<std::string> command) const {
  if (apart()) command.insert(command.begin(), {"nsenter", "--net=" + path_of(namespaces_[host]), "--"});
  return command;
}

void Network::cut(Host from, Host to) {
  TALLY_CHECK(apart());
  if (!cuts_.emplace(from, to).second) return;
  ip(from, {"neigh", "replace", address(to), "lladdr", kNobody, "dev", device_of(from), "nud", "permanent"});
}

void Network::cut_both(Host one, Host other) {
  cut(one, other);
  cut(other, one);
}

void Network::heal() {
  for (const auto& [from, to] : cuts_) ip(from, {"neigh", "del", address(to), "dev", device_of(from)});
  cuts_.clear();
}

void Network::ip(Host host, const std::vector<std::string>& words) const {
  std::vector<std::string> command{"ip"};
  command.insert(command.end(), words.begin(), words.end());
  const e2e::Finished done = e2e::run(at(host, command));
  if (done.status == 0) return;
  std::string text;
  for (const std::string& word : command) text += word + " ";
  throw std::runtime_error(text + "failed: " + done.err);
}

}  // namespace tally::chaos
