// The law of removal: what a removed server says is not heard. Once all other servers know of its removal,
// its streams grow nowhere beyond what others held of them; what they held stays. All: also those that were
// removed themselves and still run, which somebody may listen to who has not heard of that.
#pragma once

#include <map>
#include <vector>

#include "base/ids.h"
#include "sim/server.h"
#include "sim/stream_laws.h"
#include "sim/verdict.h"

namespace tally::sim {

class RemovalLaw {
 public:
  // One that belongs starts, and may have forgotten who was removed.
  void starts() { most_.clear(); }

  // `up` are the servers that run, and `running` those of them that belong.
  void check(const StreamLaws& laws, const std::vector<Server*>& up, const std::vector<Server*>& running,
             Verdict& verdict);

 private:
  // Of each removed server that all knew of: how far others held its streams then.
  std::map<ServerId, std::map<StreamId, Sequence>> most_;
};

}  // namespace tally::sim
