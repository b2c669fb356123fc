#include <utility>

#include <tally/client.h>

#include "api/list_query.h"
#include "api/tokens.h"
#include "client/client_impl.h"
#include "client/commands.h"
#include "client/options.h"
#include "client/words.h"
#include "count/counter_name.h"

namespace tally {

namespace {

Result<ClientOptions> checked(const Client::Options& options) {
  if (options.answer_timeout < std::chrono::milliseconds(1) ||
      options.answer_timeout > std::chrono::hours(1)) {
    return Error{Errc::invalid, "An answer_timeout is 1 ms to an hour: give it such a time."};
  }
  ClientOptions good{.balancers = {},
                     .client_id = options.client_id.empty() ? default_client_id() : options.client_id,
                     .patient = options.retry,
                     .answer_timeout = options.answer_timeout,
                     .token = options.token,
                     .tls_authorities = options.tls_ca_file};
  for (const std::string& balancer : options.balancers) {
    auto url = net::Url::parse(balancer);
    if (!url) return url.error();
    good.balancers.push_back(*std::move(url));
  }
  if (good.balancers.empty()) return Error{Errc::invalid, "There is no balancer to ask: name one."};
  if (!options.token.empty() && !is_secret(options.token)) {
    return Error{Errc::invalid,
                 "The token is none: it has 1 to " + std::to_string(kMostSecretBytes) +
                     " letters, digits and - . _ ~ + / =. See that it was read without the line's end."};
  }
  return good;
}

std::optional<Ack> asked_for(const std::optional<Client::Ack>& ack) {
  if (!ack) return std::nullopt;
  switch (ack->holder) {
    case Client::Ack::Holder::memory: return Ack{Ack::Holder::memory, 0};
    case Client::Ack::Holder::disk: return Ack{Ack::Holder::disk, 0};
    case Client::Ack::Holder::peers: break;
  }
  return Ack{Ack::Holder::peers, ack->count};
}

Client::Ack got(const Ack& ack) {
  switch (ack.holder) {
    case Ack::Holder::memory: return Client::Ack::memory();
    case Ack::Holder::disk: return Client::Ack::disk();
    case Ack::Holder::peers: break;
  }
  return Client::Ack::peers(ack.peers);
}

Expected<Client::Reading> read(FailoverClient& client, std::string_view name, bool fresh) {
  if (const auto good = check_counter_name(name); !good) return client_error(good.error());
  auto answer = client.read(name, fresh);
  if (!answer) return client_error(answer.error());
  Client::Reading reading{value_of(answer->counter.value), std::nullopt, answer->complete,
                          std::move(answer->missing)};
  if (answer->staleness_ms) reading.staleness = std::chrono::milliseconds(*answer->staleness_ms);
  return reading;
}

}  // namespace

ErrorKind kind_of(Errc code) {
  switch (code) {
    case Errc::unknown_outcome: return ErrorKind::unknown_outcome;
    case Errc::unreachable: return ErrorKind::unreachable;
    case Errc::unavailable:
    case Errc::too_slow:
    case Errc::forbidden: return ErrorKind::unavailable;
    case Errc::unauthorized:
    case Errc::insufficient_scope: return ErrorKind::unauthorized;
    case Errc::invalid:
    case Errc::too_large: return ErrorKind::invalid;
    case Errc::out_of_range: return ErrorKind::out_of_range;
    case Errc::full: return ErrorKind::full;
    case Errc::malformed:
    case Errc::no_such_path:
    case Errc::method_not_allowed:
    case Errc::wrong_certificate:
    case Errc::unsupported_type:
    case Errc::header_too_large:
    case Errc::internal: break;
  }
  return ErrorKind::other;
}

ClientError client_error(const Error& error) { return {kind_of(error.code), error.detail}; }

Value value_of(Int128 value) {
  return {static_cast<std::int64_t>(value >> 64), static_cast<std::uint64_t>(value)};
}

ClientError could_not_go_on(ErrorKind kind, const std::exception& failure) {
  return {kind, std::string("This process could not go on (") + failure.what() +
                    "): give it more memory or descriptors."};
}

Expected<Client> Client::create(const Options& options) noexcept {
  try {
    auto good = checked(options);
    if (!good) return client_error(good.error());
    return Client(std::make_unique<Impl>(
        *std::move(good), [authorities = options.tls_ca_file] { return http_transport(authorities); }));
  } catch (const std::exception& failure) {
    return could_not_go_on(ErrorKind::other, failure);
  }
}

Client::Client(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Client::Client(Client&& other) noexcept = default;
Client& Client::operator=(Client&& other) noexcept = default;
Client::~Client() = default;

Expected<Client::Added> Client::add(std::string_view name, std::int64_t delta,
                                    std::optional<Ack> ack) noexcept {
  return impl_->ask<Added>(ErrorKind::unknown_outcome, [&](FailoverClient& client) -> Expected<Added> {
    if (const auto good = check_counter_name(name); !good) return client_error(good.error());
    const auto answer = client.add_with_ack(name, delta, asked_for(ack));
    if (!answer) return client_error(answer.error());
    return Added{value_of(answer->counter.value), got(answer->ack)};
  });
}

Expected<Client::AddedAll> Client::add_all(const std::vector<Delta>& deltas,
                                           std::optional<Ack> ack) noexcept {
  return impl_->ask<AddedAll>(ErrorKind::unknown_outcome, [&](FailoverClient& client) -> Expected<AddedAll> {
    std::vector<NamedDelta> batch;
    for (const Delta& delta : deltas) {
      if (const auto good = check_counter_name(delta.name); !good) return client_error(good.error());
      batch.push_back({delta.name, delta.delta});
    }
    const auto answer = client.add_with_ack(batch, asked_for(ack));
    if (!answer) return client_error(answer.error());
    AddedAll added{{}, got(answer->ack)};
    for (const CounterValue& counter : answer->counters) added.values.push_back(value_of(counter.value));
    return added;
  });
}

Expected<Client::Reading> Client::get(std::string_view name) noexcept {
  return impl_->ask<Reading>(ErrorKind::other,
                             [&](FailoverClient& client) { return read(client, name, false); });
}

Expected<Client::Reading> Client::get_fresh(std::string_view name) noexcept {
  return impl_->ask<Reading>(ErrorKind::other,
                             [&](FailoverClient& client) { return read(client, name, true); });
}

Expected<Client::Page> Client::list(const Query& query) noexcept {
  return impl_->ask<Page>(ErrorKind::other, [&](FailoverClient& client) -> Expected<Page> {
    if (const auto good = check_prefix(query.prefix); !good) return client_error(good.error());
    if (query.limit < 1 || query.limit > kMaxPage) {
      return ClientError{ErrorKind::invalid,
                         "A page has 1 to " + std::to_string(kMaxPage) + " counters: set such a limit."};
    }
    const ListOrder order =
        query.order == Order::by_value_down ? ListOrder::by_value_down : ListOrder::by_name;
    auto answer = client.page({.prefix = query.prefix, .order = order, .limit = query.limit, .after = {}},
                              query.cursor);
    if (!answer) return client_error(answer.error());
    Page page{{}, std::move(answer->next)};
    for (CounterValue& counter : answer->counters) {
      page.counters.push_back({std::move(counter.name), value_of(counter.value)});
    }
    return page;
  });
}

}  // namespace tally
