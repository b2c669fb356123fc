// The law of bounded loss: of a stream whose run ended, what any surviving holder held when something was
// lost is never lost. A holder is the memory of a server that runs, or a disk.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "base/ids.h"
#include "sim/ledger.h"
#include "sim/server.h"
#include "sim/stream_laws.h"
#include "sim/verdict.h"

namespace tally::sim {

class LossLaw {
 public:
  using Written = std::map<StreamId, StreamLaws::Written>;

  // A memory or a disk is lost; `holders` are the servers that are left, with memory or disk.
  void lost_something(const Written& written, const std::vector<Server*>& holders);
  // What was on this disk is not promised any more: it was wiped, set back, or taken away.
  void disk_lost(const MemoryStore& disk);

  // At the end, when all of `running` agree.
  void settle(const Written& written, const Ledger& ledger, const std::vector<Server*>& running,
              Verdict& verdict) const;

 private:
  void settle_counter(const std::string& counter, const std::vector<Ledger::Attempt>& attempts,
                      const std::set<StreamId>& open, Server& server, Verdict& verdict) const;

  std::map<StreamId, Sequence> kept_;  // of ended streams: what may not be lost
  std::set<StreamId> without_disk_;    // streams whose disk was lost
};

}  // namespace tally::sim
