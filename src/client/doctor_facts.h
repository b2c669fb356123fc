// What a look around a cluster found. Values, for doctor.h to judge.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/answers.h"
#include "api/assignment.h"
#include "base/ids.h"
#include "base/member.h"
#include "base/result.h"
#include "client/failover_client.h"
#include "client/scraped_metrics.h"
#include "net/url.h"

namespace tally {

struct BalancerFacts {
  net::Url url;
  Result<std::vector<ListedServer>> servers;  // or why it did not say
};

// Who a server says that it is, and whom it knows (GET /v1/marks).
struct ServerIdentity {
  ServerId id;
  StreamId run;
  std::vector<Member> members{};
};

// A place where a counting server is said to be. What it did not tell is not there.
struct ServerFacts {
  ServerId id;
  std::string url;
  std::optional<ListedServer> listed{};        // by the first balancer that does; else servers named it
  std::optional<Error> unreachable{};          // from here
  std::optional<std::string> why_not_ready{};  // as its /readyz says
  std::optional<Error> refused{};              // something that it would not tell us
  std::optional<ServerIdentity> says{};
  std::optional<ReadAnswer> reading{};  // of a counter: how fresh it is, who is missing
  std::optional<ScrapedMetrics> metrics{};
};

struct ClusterFacts {
  std::vector<BalancerFacts> balancers{};
  std::vector<ServerFacts>
      servers{};  // those listed first, in order of id; then those that only members name
};

// Asks each balancer, each server that one of them lists, and each member that one of those names. Adds
// nothing and changes nothing. Where clients show tokens (`shows_token`) servers do not tell them what they
// tell each other, and are not asked.
ClusterFacts look_at_cluster(FailoverClient& client, const std::vector<net::Url>& balancers,
                             bool shows_token);

}  // namespace tally
