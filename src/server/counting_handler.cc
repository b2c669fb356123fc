#include "server/counting_handler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/list_query.h"
#include "api/media_type.h"
#include "api/render.h"
#include "api/targets.h"
#include "base/check.h"
#include "edge/answers.h"
#include "edge/member_certificate.h"
#include "net/boot_clock.h"
#include "server/peer_protocol.h"

namespace tally {

CountingHandler::CountingHandler(boost::asio::io_context& loop, const Access& access, Counting& counting,
                                 Listings& listings, ReplicaShell& replica, const ServerStatus& status,
                                 const Freshness& freshness, const AddPolicy& policy, CountingThread& thread,
                                 Confirmations& confirmations, RequestCounts& requests, bool peers_prove_id)
    : Handler(Program::counting_server, access, requests),
      counting_(counting),
      listings_(listings),
      replica_(replica),
      status_(status),
      freshness_(freshness),
      policy_(policy),
      thread_(thread),
      confirmations_(confirmations),
      peers_prove_id_(peers_prove_id),
      fresh_reads_(
          loop, [this] { replica_.refresh(); }, [this](FreshRead read) { read_fresh(std::move(read)); }) {}

void CountingHandler::serve(const Route& route, const net::HttpRequest& request,
                            net::HttpExchange& exchange) {
  switch (route.action) {
    case Action::add:
    case Action::add_batch: serve_add(route, request, exchange); return;
    case Action::read_counter:
    case Action::show_tree: serve_read(route, request, exchange); return;
    case Action::list_counters: serve_list(route, exchange); return;
    case Action::take_share:
    case Action::show_marks:
    case Action::show_stream: serve_peer(route, request, exchange); return;
    case Action::show_metrics: return replica_.show_metrics(exchange.later(net::HttpExchange::kLarge));
    case Action::show_stats: return replica_.show_stats(exchange.later(net::HttpExchange::kLarge));
    case Action::describe: send_description(exchange); return;
    case Action::tell_alive: send_health(status_.state, {}, exchange); return;
    case Action::tell_ready: send_health(status_.state, why_not_ready(), exchange); return;
    default: TALLY_CHECK(false && "a route of another program");
  }
}

void CountingHandler::serve_add(const Route& route, const net::HttpRequest& request,
                                net::HttpExchange& exchange) {
  const auto counted = route.action == Action::add ? add(route, request) : add_batch(route, request);
  if (!counted) return exchange.send(problem_response(counted.error()).view());
  close_with_ack(body(), counted->ack);
  if (counted->ack.holder != Ack::Holder::memory) {
    return exchange.hold(confirmations_.await(counted->ack, counted->ticket), {200, kJsonType, body(), {}});
  }
  send_json(exchange);
}

void CountingHandler::serve_read(const Route& route, const net::HttpRequest& request,
                                 net::HttpExchange& exchange) {
  Result<void> served = policy_.check_open();
  const bool of_one = route.action == Action::read_counter;
  const auto fresh = of_one ? fresh_parameter(route.query) : Result<bool>(false);
  if (!fresh) served = fresh.error();
  if (served && *fresh) {
    return fresh_reads_.wait(std::string(route.subject), reply_type(request.accept),
                             exchange.later(net::HttpExchange::kLarge));
  }
  std::string_view type = kJsonType;
  if (served && route.action == Action::show_tree) show_tree(route);
  if (served && of_one) type = read(route, request);
  if (served) {
    exchange.send({200, type, body(), {}});
  } else {
    exchange.send(problem_response(served.error()).view());
  }
}

void CountingHandler::serve_list(const Route& route, net::HttpExchange& exchange) {
  if (const auto open = policy_.check_open(); !open) {
    return exchange.send(problem_response(open.error()).view());
  }
  auto query = read_list_query(route.query);
  if (!query) return exchange.send(problem_response(query.error()).view());
  listings_.list(std::move(*query), exchange.later(net::HttpExchange::kLarge));
}

net::HttpResponse CountingHandler::late(const net::HttpResponse& held, net::Hold hold) {
  body() = held.body;
  replace_ack(body(), Confirmations::asked_for(hold), confirmations_.got(hold));
  return {202, held.content_type, body(), {}};
}

Result<CountingHandler::Counted> CountingHandler::add(const Route& route, const net::HttpRequest& request) {
  if (const auto open = policy_.check_open(); !open) return open.error();
  const auto ack = ack_of(route);
  if (!ack) return ack.error();
  const auto delta = reader_.read_delta(request.content_type, request.body);
  if (!delta) return delta.error();
  const auto added = thread_.add(route.subject, *delta);
  if (!added) return added.error();
  render_added(body(), {route.subject, added->value});
  return Counted{added->ticket, *ack};
}

Result<CountingHandler::Counted> CountingHandler::add_batch(const Route& route,
                                                            const net::HttpRequest& request) {
  if (const auto open = policy_.check_open(); !open) return open.error();
  const auto ack = ack_of(route);
  if (!ack) return ack.error();
  const auto deltas = reader_.read_batch(request.content_type, request.body);
  if (!deltas) return deltas.error();
  const std::size_t size = deltas->size();
  std::vector<std::string_view> names(size);
  std::vector<Counter*> counters(size);
  std::transform(deltas->begin(), deltas->end(), names.begin(),
                 [](const NamedDelta& delta) { return delta.name; });
  if (const auto found = thread_.find_or_insert(names, counters); !found) return found.error();
  std::vector<Change> changes(size);
  for (std::size_t i = 0; i < size; ++i) changes[i] = {counters[i], (*deltas)[i].delta};
  std::vector<std::int64_t> values(size);
  const auto ticket = thread_.add(changes, values);
  if (!ticket) return ticket.error();
  std::vector<NamedValue> added(size);
  for (std::size_t i = 0; i < size; ++i) added[i] = {names[i], values[i]};
  render_batch_added(body(), added);
  return Counted{*ticket, *ack};
}

void CountingHandler::show_tree(const Route& route) {
  const std::vector<CollationNode> nodes = thread_.nodes(thread_.find(route.subject));
  render_tree(body(), route.subject, nodes, [this](ServerIndex server) -> std::string_view {
    return counting_.servers().id(server).text();
  });
}

std::string_view CountingHandler::read(const Route& route, const net::HttpRequest& request) {
  const Instant through = freshness_.through();
  const Int128 value = thread_.value(route.subject);
  if (reply_type(request.accept) == ReplyType::text) {
    render_value(body(), value);
    return kTextType;
  }
  const Freshness::Claim claim = freshness_.claim(through, net::BootClock::now());
  render_reading(body(), {route.subject, value, claim.staleness_ms, claim.complete, claim.missing});
  return kJsonType;
}

void CountingHandler::read_fresh(FreshRead read) {
  std::string body;
  const Instant through = freshness_.through();
  const Int128 value = thread_.value(read.name);
  if (read.type == ReplyType::text) {
    render_value(body, value);
    return std::move(read.reply).send({200, kTextType, body, {}});
  }
  const Freshness::Claim claim = freshness_.fresh_claim(through, read.asked, net::BootClock::now());
  render_reading(body, {read.name, value, claim.staleness_ms, claim.complete, claim.missing});
  std::move(read.reply).send({200, kJsonType, body, {}});
}

void CountingHandler::serve_peer(const Route& route, const net::HttpRequest& request,
                                 net::HttpExchange& exchange) {
  std::optional<ServerId> proven;
  if (peers_prove_id_) {
    auto member = member_of(request);
    if (!member) return exchange.send(problem_response(member.error()).view());
    proven = std::move(*member);
  }
  if (route.action == Action::take_share) {
    if (request.content_type != kProtobufType) {
      const Error error{Errc::unsupported_type,
                        "A share is application/x-protobuf; this path is for counting servers."};
      return exchange.send(problem_response(error).view());
    }
    return replica_.answer_share(request.body, std::move(proven), exchange.later(net::HttpExchange::kLarge));
  }
  if (route.action == Action::show_marks) {
    if (request.accept != kProtobufType) {
      return replica_.show_marks(exchange.later(net::HttpExchange::kLarge));
    }
    const auto digest = digest_parameter(route.query);
    if (!digest) return exchange.send(problem_response(digest.error()).view());
    const auto nonce = nonce_parameter(route.query);
    if (!nonce) return exchange.send(problem_response(nonce.error()).view());
    return replica_.answer_marks(*digest, *nonce, exchange.later(net::HttpExchange::kLarge));
  }
  const auto stream = StreamId::parse(route.subject);
  if (!stream) return exchange.send(problem_response(stream.error()).view());
  const auto after = after_parameter(route.query);
  if (!after) return exchange.send(problem_response(after.error()).view());
  replica_.answer_stream(*stream, *after, exchange.later(net::HttpExchange::kLarge));
}

Result<Ack> CountingHandler::ack_of(const Route& route) const {
  Ack ack = policy_.default_ack();
  if (!route.query.empty()) {
    const auto asked = ack_parameter(route.query);
    if (!asked) return asked.error();
    ack = asked->value_or(ack);
  }
  if (const auto can = policy_.check_can_be_had(ack); !can) return can.error();
  return ack;
}

std::string_view CountingHandler::why_not_ready() const {
  if (status_.removed) return "It was removed from its cluster: start it with another id to come back.";
  switch (status_.state.load(std::memory_order_relaxed)) {
    case ServerState::starting: return "It asks the other servers what they know.";
    case ServerState::ready: return status_.announced ? "" : "Its balancers are being told that it is ready.";
    default: return "It is stopping.";
  }
}

}  // namespace tally