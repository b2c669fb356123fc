// The law of moves: once all heals, nobody waits any more for a server at a place that it left after a
// graceful stop. A place that it left by a crash may be known for ever: nobody can tell it from one that
// still runs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

class MoveLaw {
 public:
  // The server at this URL stopped gracefully and in time; one starts there.
  void stopped(const std::string& url) { stopped_.insert(url); }
  void started(const std::string& url) { stopped_.erase(url); }
  // It is started elsewhere, with its folder.
  void moved(const std::string& from, const std::string& to);
  // The folder at this URL, and all that it knew, is gone.
  void lost_its_folder(const std::string& url) { left_.erase(url); }

  void check(const std::vector<Server*>& running, Verdict& verdict) const;

 private:
  std::set<std::string> stopped_;
  std::map<std::string, std::set<std::string>> left_;  // by where the folder is: the URLs it left so
};

}  // namespace tally::sim
