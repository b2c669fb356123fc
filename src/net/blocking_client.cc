#include "net/blocking_client.h"

#include <optional>
#include <utility>

#include "base/check.h"

namespace tally::net {

Result<ClientResponse> BlockingClient::send(ClientRequest request) {
  std::optional<Result<ClientResponse>> answer;
  client_.send(std::move(request), [&answer](Result<ClientResponse> result) { answer = std::move(result); });
  loop_.restart();
  while (!answer) TALLY_CHECK(loop_.run_one() == 1);
  return std::move(*answer);
}

}  // namespace tally::net
