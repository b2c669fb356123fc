// The law of honest staleness: when a server says up to when all that was acknowledged is counted there, it
// holds every add that any server which it knows counted before, if that run still runs, or anybody whom it
// knows held it then and still does. And once all that it knows run, and hear each other, it does say so.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "cluster/roster.h"
#include "sim/messages.h"
#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

class StalenessLaw {
 public:
  explicit StalenessLaw(Verdict& verdict) : verdict_(verdict) {}

  void counted(const Server& server, const Counted& counted, Instant now);

  // Now and then: who holds what. `holders` are the servers that nobody gave up, with memory or disk.
  void look(const std::vector<Server*>& holders, Instant now);
  void check(const Server& server, Instant now);

  // Long after everything works again.
  void check_that_it_is_fresh(const Server& server, const std::vector<Server*>& running, Instant now);

 private:
  using History = std::vector<std::pair<Instant, Sequence>>;
  struct Stream {
    Place place;
    History adds{};                   // when, and with which ticket; both never fall
    std::map<Place, History> held{};  // since when up to where, by whom
    bool is_open = false;             // its run still runs
  };

  // Somebody named its server to this one: it is waited for, or its run is over for certain.
  static bool is_known(const Stream& stream, StreamId id, const Server& server);
  static Sequence at(Instant time, const History& history);
  static bool has_held(Sequence ticket, Instant since, const History& history);
  // Who holds it, in words; empty if nobody whom `server` knows does.
  static std::string holder(const Stream& stream, Sequence ticket, Instant since, const Server& server);

  Verdict& verdict_;
  std::map<StreamId, Stream> streams_;
};

}  // namespace tally::sim
