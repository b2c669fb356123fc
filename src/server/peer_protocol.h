// The questions between servers as HTTP, on the asking side.
#pragma once

#include <string>

#include "base/result.h"
#include "cluster/replica.h"
#include "net/http_client.h"

namespace tally {

inline constexpr std::string_view kProtobufType = "application/x-protobuf";

// `authorization`: what shows that we are of the cluster. Errc::invalid if the peer's URL cannot be asked.
Result<net::ClientRequest> to_http(const PeerRequest& request, std::string authorization);

// The body of a 200; for every other status the Error that it stands for.
Result<std::string> from_http(Result<net::ClientResponse> response);

// What a server holds of every stream, for people:
// {"server","run","marks":[{"stream","server","received","durable"}],...}
std::string to_json(const Marks& marks);

}  // namespace tally
