// The law of recovery: a server that says it is ready before its time was up knows all that the members which
// answered it knew when it started.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/ids.h"
#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

class RecoveryLaw {
 public:
  explicit RecoveryLaw(Verdict& verdict) : verdict_(verdict) {}

  void starts(const std::string& url, const std::vector<Server*>& running, Instant limit);
  void becomes_ready(const Server& server, const std::vector<Server*>& running, Instant now);

 private:
  struct Start {
    Instant limit;
    std::map<StreamId, std::map<StreamId, Sequence>> marks;  // of every other run then
  };

  Verdict& verdict_;
  std::map<std::string, Start> starts_;  // by URL
};

}  // namespace tally::sim
