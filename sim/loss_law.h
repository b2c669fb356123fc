// The law of bounded loss: of a stream whose run ended, what any surviving holder held when something was
// lost is never lost. A holder is the memory of a server that runs, or a disk.
#pragma once

#include <map>
#include <vector>

#include "base/ids.h"
#include "sim/server.h"
#include "sim/stream_laws.h"
#include "sim/verdict.h"

namespace tally::sim {

class LossLaw {
 public:
  using Written = std::map<StreamId, StreamLaws::Written>;

  // A memory or a disk is lost; `holders` are the servers that are left, with memory or disk.
  void lost_something(const Written& written, const std::vector<Server*>& holders);

  // At the end, when all servers agree with `holder`.
  void check(const Written& written, const Holdings& holder, Verdict& verdict) const;

 private:
  std::map<StreamId, Sequence> kept_;  // of ended streams: what may not be lost
};

}  // namespace tally::sim
