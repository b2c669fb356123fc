// A real redis-server to hold the same conversations with.
#pragma once

#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/e2e/eventually.h"
#include "tests/e2e/process.h"
#include "tests/store/temporary_folder.h"

namespace tally {

inline std::string command(const std::vector<std::string>& arguments) {
  std::string text = "*" + std::to_string(arguments.size()) + "\r\n";
  for (const std::string& argument : arguments) {
    text += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
  }
  return text;
}

// On a socket of the file system, so that no port is asked for.
class Redis {
 public:
  // `config`: lines of its redis.conf.
  explicit Redis(const std::string& config = {}) {
    std::ofstream(folder_.path() / "redis.conf") << config;
    process_.emplace(std::vector<std::string>{"redis-server", (folder_.path() / "redis.conf").string(),
                                              "--port", "0", "--unixsocket", path_, "--dir",
                                              folder_.path().string(), "--save", "", "--appendonly", "no"});
    EXPECT_TRUE(e2e::eventually([this] { return connect().get() >= 0; })) << process_->out();
  }

  // What comes back until it closes, which it does when we have no more to say.
  std::string say(std::string_view bytes) {
    const FileDescriptor socket = connect();
    while (!bytes.empty()) {
      const ssize_t sent = send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;  // it has closed already
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    shutdown(socket.get(), SHUT_WR);
    std::string out;
    char buffer[65536];
    for (ssize_t size = 1; size > 0;) {
      size = recv(socket.get(), buffer, sizeof buffer, 0);
      if (size > 0) out.append(buffer, static_cast<std::size_t>(size));
    }
    return out;
  }

 private:
  FileDescriptor connect() {
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    const timeval patience{20, 0};
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
    return socket;
  }

  TemporaryFolder folder_;
  std::string path_ = (folder_.path() / "redis.sock").string();
  std::optional<e2e::Process> process_;
};

// The number of the connection is each server's own.
inline std::string without_id(std::string text) {
  const std::string_view before = "$2\r\nid\r\n:";
  for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos;) {
    at += before.size();
    text.erase(at, text.find('\r', at) - at);
  }
  return text;
}

}  // namespace tally
