// What is asked in a simulation, and what is answered: what HTTP carries between the programs.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/member.h"
#include "base/result.h"
#include "cluster/replica.h"

namespace tally::sim {

// A client asks a server to count.
struct Add {
  std::string counter;
  std::int64_t delta;
};
// Where in which stream the add is.
struct Counted {
  StreamId stream;
  Sequence ticket;
};

// A server tells the directory of itself and of whom it knows; the answer is a Roster.
struct Heartbeat {
  Member member;
  ServerState state;
  std::vector<Member> members;
  std::vector<ServerId> removed;
};
struct Roster {
  std::vector<Member> members;
  std::vector<ServerId> removed;
};

// A client asks the directory; the answer is a URL.
struct WhichServer {
  std::string client;
};

using Question = std::variant<PeerRequest::PushShare, PeerRequest::AskMarks, PeerRequest::AskStream, Add,
                              Heartbeat, WhichServer>;
using Answer = Result<std::variant<std::string, Counted, Roster>>;  // a string is a body, or a URL

// Errors of the network itself: Errc::unreachable, nobody got the question; Errc::unknown_outcome, no answer
// came in time.
using Reply = std::function<void(Answer)>;

// Questions that may arrive twice or mangled: their bytes bear a checksum, and asking twice changes nothing.
inline bool is_between_servers(const Question& question) { return question.index() <= 2; }

}  // namespace tally::sim
