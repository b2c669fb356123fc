// How a client shows its token, and what it says when that does not do.
#include <utility>

#include "api/problem.h"
#include "client/transport.h"
#include "net/http_client.h"

namespace tally {

namespace {

class WithToken final : public Transport {
 public:
  WithToken(std::unique_ptr<Transport> transport, const std::string& token)
      : transport_(std::move(transport)), authorization_("Bearer " + token) {}

  Result<net::ClientResponse> send(const net::ClientRequest& request) override {
    net::ClientRequest shown = request;
    shown.authorization = authorization_;
    return transport_->send(shown);
  }
  Instant now() override { return transport_->now(); }
  void pause(Duration duration) override { transport_->pause(duration); }

 private:
  const std::unique_ptr<Transport> transport_;
  const std::string authorization_;
};

}  // namespace

std::unique_ptr<Transport> with_token(std::unique_ptr<Transport> transport, const std::string& token) {
  if (token.empty()) return transport;
  return std::make_unique<WithToken>(std::move(transport), token);
}

Error explained_refusal(const net::ClientResponse& response) {
  Error error = read_problem(response.status, response.body);
  if (error.code == Errc::unauthorized || error.code == Errc::insufficient_scope) {
    error.detail += " Put a token that may do this into a file of your own, and name it with --token-file.";
  }
  return error;
}

}  // namespace tally
