// What is asked in a simulation, and what is answered: what HTTP carries between the programs.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/member.h"
#include "base/result.h"
#include "cluster/replica.h"

namespace tally::sim {

// Who holds an add beside the memory of the server that counted it: what a reply waits for, or says.
struct Ack {
  bool disk = false;        // that server's
  std::uint32_t peers = 0;  // so many other servers, as durably as each of them can
};

// A client asks a server to count.
struct Add {
  static constexpr std::size_t kUnrecorded = ~std::size_t{0};

  std::string counter;
  std::int64_t delta;
  Ack ack{};
  std::size_t index = kUnrecorded;  // in the ledger, of this counter's adds
};
// Where in which stream the add is, and who held it when that was said.
struct Counted {
  StreamId stream;
  Sequence ticket;
  Ack held{};
};

// A server tells a directory of itself and of whom it knows; the answer is a Roster.
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

// A client asks a directory; the answer is a URL.
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
