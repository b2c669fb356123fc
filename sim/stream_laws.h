// The laws of streams: a stream says what its own run wrote and nothing else; whoever holds it up to a mark
// holds all of it up to there; a mark never falls within one run of its holder; and what the trees show is
// the sum of what is held.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "sim/server.h"
#include "sim/verdict.h"

namespace tally::sim {

class StreamLaws {
 public:
  explicit StreamLaws(Verdict& verdict) : verdict_(verdict) {}

  // Right after `server` did something: what it sealed is what its stream says, for ever.
  void write_down(const Server& server);

  // At any time.
  void check(Server& server);

  // Every stream that was written, and its owner.
  struct Written {
    ServerId server;
    Sequence mark{0};
    std::map<std::string, std::vector<std::pair<Sequence, std::int64_t>>> changes{};  // by counter, in order
  };
  const std::map<StreamId, Written>& written() const { return written_; }

 private:
  using Sums = std::map<std::string, std::map<ServerIndex, Int128>>;  // by counter, then server

  void check_stream(const Server& server, StreamId stream, const Holdings::Held& held);
  void check_sums(Server& server, const Sums& sums);

  Verdict& verdict_;
  std::map<StreamId, Written> written_;
  std::map<std::pair<StreamId, StreamId>, Sequence> seen_;  // a holder's run and a stream: its mark
};

}  // namespace tally::sim
