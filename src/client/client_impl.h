// Behind <tally/client.h>: a FailoverClient that may throw, made into one that does not.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <tally/client.h>

#include "base/error.h"
#include "client/failover_client.h"
#include "client/transport.h"

namespace tally {

ErrorKind kind_of(Errc code);
ClientError client_error(const Error& error);
Value value_of(Int128 value);
ClientError could_not_go_on(ErrorKind kind, const std::exception& failure);

struct Client::Impl {
  Impl(ClientOptions with, std::function<std::unique_ptr<Transport>()> by)
      : options(std::move(with)), transport(std::move(by)) {}

  // What `call` makes of the client. Where it throws, for want of memory or of descriptors, the client is
  // dropped with all that is under way in it, and the error is of the kind `thrown`.
  template <class T, class Call>
  Expected<T> ask(ErrorKind thrown, const Call& call) noexcept {
    ErrorKind kind = ErrorKind::other;  // nothing is sent yet
    try {
      if (!client) client.emplace(options, transport());
      kind = thrown;
      return call(*client);
    } catch (const std::exception& failure) {
      client.reset();
      return could_not_go_on(kind, failure);
    }
  }

  const ClientOptions options;
  const std::function<std::unique_ptr<Transport>()> transport;
  std::optional<FailoverClient> client{};
};

}  // namespace tally
