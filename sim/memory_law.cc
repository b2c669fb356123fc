#include "sim/memory_law.h"

namespace tally::sim {

void check_memory(const Server& server, Verdict& verdict) {
  const std::string& url = server.setup().url;
  for (const auto& [peer, awaited] : server.awaited()) {
    if (awaited.pushes <= 1 && awaited.others <= 1) continue;
    return verdict.broke("A peer is flooded: {} awaits answers to {} shares and {} questions from {}.", url,
                         awaited.pushes, awaited.others, peer);
  }
  const std::size_t staged = server.replica()->staging().bytes();
  const std::size_t limit = server.setup().replica.staging.bytes;
  if (staged > limit) {
    return verdict.broke("Too much waits: parts of shares take {} bytes at {}, of {}.", staged, url, limit);
  }
  if (server.late_answers() > 0 && !server.disk().busy() && !server.reads_its_disk()) {
    verdict.broke("A peer waits for nothing: {} of them at {}, whose disk is idle.", server.late_answers(),
                  url);
  }
}

}  // namespace tally::sim
