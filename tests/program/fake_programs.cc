// Stands in for `tally` in the tests of `tally up`: "up PORT SERVERS" is the real one, whose balancer and
// servers are this program again. They answer 200 to everything and exit with 0 at SIGTERM. The variable
// FAILING_SERVER names one that fails at once.
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/url.h"
#include "program/up.h"

namespace {

int serve(std::uint16_t port) {
  std::signal(SIGTERM, [](int) { _exit(0); });
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return 1;
  if (listen(listener, 10) != 0) return 1;
  std::cout << "serving" << std::endl;
  while (true) {
    const int connection = accept(listener, nullptr, nullptr);
    std::array<char, 4096> request{};
    static constexpr char kAnswer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if (read(connection, request.data(), request.size()) > 0) {
      if (write(connection, kAnswer, sizeof kAnswer - 1) < 0) std::cerr << "no answer sent" << std::endl;
    }
    close(connection);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.at(0) == "up") {
    const unsigned long port = std::stoul(words.at(1));
    const unsigned long servers = std::stoul(words.at(2));
    const tally::UpOptions options{.servers = static_cast<unsigned>(servers),
                                   .port = static_cast<std::uint16_t>(port),
                                   .resp_port = static_cast<std::uint16_t>(port + 1 + servers)};
    return tally::run_up(options, std::filesystem::read_symlink("/proc/self/exe").string());
  }
  std::string id;
  std::uint16_t port = 0;
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    if (words[i] == "--id") id = words[i + 1];
    if (words[i] == "--listen") port = tally::net::Endpoint::parse(words[i + 1]).value().port;
  }
  const char* const failing = std::getenv("FAILING_SERVER");
  if (failing != nullptr && id == failing) {
    std::cerr << "this one fails" << std::endl;
    return 3;
  }
  return serve(port);
}
