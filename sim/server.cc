#include "sim/server.h"

#include <algorithm>

#include "base/check.h"
#include "sim/sabotage.h"

namespace tally::sim {

Server::Process::Process(const Member& self, const ReplicaOptions& options, Instant clock,
                         std::uint64_t hash_seed)
    : counting(3, hash_seed), thread(counting), replica(self, options, counting, clock) {}

Server::Server(Setup setup, EventQueue& queue, Trace& trace, Network& network, Watcher& watcher,
               Sabotage* sabotage)
    : setup_(std::move(setup)),
      queue_(queue),
      trace_(trace),
      network_(network),
      watcher_(watcher),
      sabotage_(sabotage) {}

Server::~Server() = default;

void Server::start(StreamId run, Instant clock) {
  TALLY_CHECK(!up());
  ++processes_;
  paused_until_ = queue_.now();
  clock_ahead_ = clock - queue_.now();
  ReplicaOptions options = setup_.replica;
  options.ask_balancers = !setup_.directory.empty();
  trace_.note("{} starts as run {:.8}", setup_.url, run.text());
  process_ = std::make_unique<Process>(Member{setup_.id, run, setup_.url}, options, clock, run.high);
  if (options.has_disk) {
    const auto loaded = disk_.load([this](const ShareHeader& header, const std::vector<NamedEntry>& entries) {
      process_->replica.restore(header, entries);
    });
    TALLY_CHECK(loaded.has_value());
  }
  network_.attach(setup_.url, *this);
  act(process_->replica.tick(this->clock()));
  if (options.ask_balancers) beat();
}

void Server::crash(bool commits_finish) {
  TALLY_CHECK(up());
  trace_.note("{} ends", setup_.url);
  if (commits_finish) {
    TALLY_CHECK(disk_.commit(process_->committing).has_value());
  }
  network_.detach(setup_.url);
  process_.reset();
  watcher_.ended(*this);
}

void Server::pause(Duration duration) {
  trace_.note("{} is stopped for a while", setup_.url);
  paused_until_ = queue_.now() + duration;
}

void Server::when(Instant instant, std::function<void()> happen) {
  queue_.at(std::max(instant, queue_.now()), [this, process = processes_, happen = std::move(happen)] {
    if (!up() || process != processes_) return;
    if (queue_.now() < paused_until_) return when(paused_until_, happen);
    happen();
  });
}

// ---- what the replica wants done

void Server::act(Output output) {
  for (const std::string& warning : output.warnings) {
    trace_.note("{} warns: {}", setup_.url, warning);
    watcher_.warned(*this, warning);
  }
  watcher_.acted(*this);
  if (!process_->was_ready && process_->replica.ready()) {
    process_->was_ready = true;
    trace_.note("{} is ready", setup_.url);
    watcher_.became_ready(*this);
  }
  const Instant wake = output.wake - clock_ahead_;
  if (wake != process_->wake) {
    process_->wake = wake;
    when(wake, [this, wake] {
      if (process_->wake != wake) return;
      process_->wake = Instant::max();
      act(process_->replica.tick(clock()));
    });
  }
  if (!output.writes.empty()) {
    process_->committing = std::move(output.writes);
    when(queue_.now() + setup_.disk_takes, [this] { committed(); });
  }
  for (LateAnswer& answer : output.answers)
    process_->late.extract(answer.share).mapped()(std::move(answer.body));
  send(std::move(output.requests));
}

void Server::committed() {
  TALLY_CHECK(disk_.commit(process_->committing).has_value());
  process_->committing.clear();
  act(process_->replica.written(clock()));
  const Sequence durable = process_->replica.held().disk;
  auto& unconfirmed = process_->unconfirmed;
  const auto confirmed = std::find_if(unconfirmed.begin(), unconfirmed.end(), [durable](const auto& waiting) {
    return waiting.first.ticket > durable;
  });
  for (auto waiting = unconfirmed.begin(); waiting != confirmed; ++waiting) waiting->second(waiting->first);
  unconfirmed.erase(unconfirmed.begin(), confirmed);
}

void Server::send(std::vector<PeerRequest> requests) {
  for (PeerRequest& request : requests) {
    const Reply reply = [this, process = processes_, request](const Answer& answer) {
      if (up() && process == processes_)
        when(queue_.now(), [this, request, answer] { hear(request, answer); });
    };
    if (sabotage_ != nullptr && !sabotage_->sends(*this, request)) {
      reply(Error{Errc::unreachable, "Sabotaged."});
      continue;
    }
    network_.ask(setup_.url, request.to.second,
                 std::visit([](const auto& asked) -> Question { return asked; }, request.question), reply);
  }
}

void Server::hear(const PeerRequest& request, const Answer& answer) {
  Result<std::string> body =
      answer ? Result<std::string>(std::get<std::string>(*answer)) : Result<std::string>(answer.error());
  if (body && sabotage_ != nullptr) body = sabotage_->hears_answer(*this, request, *body);
  const bool understood = body && (std::holds_alternative<PeerRequest::AskStream>(request.question)
                                       ? decode_part(*body).has_value()
                                       : decode_marks(*body).has_value());
  if (!understood) process_->failed_to_ask.insert(request.to.second);
  act(process_->replica.answered(clock(), request.id, body));
}

// ---- what is asked of it

void Server::ask(const Question& question, Reply reply) {
  when(queue_.now(), [this, question, reply = std::move(reply)] { answer(question, reply); });
}

void Server::answer(const Question& question, const Reply& reply) {
  const auto pass_on = [&reply](Result<std::string> body) {
    body ? reply(std::move(*body)) : reply(body.error());
  };
  if (const auto* push = std::get_if<PeerRequest::PushShare>(&question)) {
    const std::string body =
        sabotage_ == nullptr ? push->body : sabotage_->hears_share(*this, process_->counting, push->body);
    auto answered = process_->replica.receive_share(clock(), body);
    if (answered.later != 0) process_->late.emplace(answered.later, reply);
    act(std::move(answered.output));
    if (answered.later == 0) pass_on(std::move(answered.body));
  } else if (const auto* marks = std::get_if<PeerRequest::AskMarks>(&question)) {
    auto answered = process_->replica.answer_marks(clock(), marks->digest, marks->nonce);
    act(std::move(answered.output));
    pass_on(std::move(answered.body));
  } else if (const auto* ask = std::get_if<PeerRequest::AskStream>(&question)) {
    pass_on(process_->replica.stream_answer(ask->stream, ask->after));
  } else {
    const Result<Counted> counted = add(std::get<Add>(question));
    if (!counted) return reply(counted.error());
    if (!setup_.replica.has_disk) return reply(*counted);
    process_->unconfirmed.emplace_back(*counted, reply);
    act(process_->replica.confirm(clock(), true, false));
  }
}

Result<Counted> Server::add(const Add& add) {
  if (!ready() || process_->draining) {
    return Error{Errc::unavailable, "This server is starting or stopping. Ask another."};
  }
  if (process_->replica.removed()) {
    return Error{Errc::forbidden, "This server was removed from its cluster."};
  }
  const Result<Added> added = process_->thread.add(add.counter, add.delta);
  if (!added) return added.error();
  const Counted counted{process_->replica.members().self().run, added->ticket};
  watcher_.counted(*this, add, counted);
  return counted;
}

Int128 Server::value(const std::string& counter) { return process_->thread.value(counter); }

std::int64_t Server::own_total(const std::string& counter) {
  const Counter* found = process_->thread.find(counter);
  return found == nullptr ? 0 : found->total();
}

std::vector<CollationNode> Server::nodes(const std::string& counter) {
  return process_->thread.nodes(process_->thread.find(counter));
}

void Server::tell(const std::vector<Member>& members, const std::vector<ServerId>& removed) {
  act(process_->replica.learn(clock(), members, removed));
}

// ---- heartbeats, and the end

void Server::beat() {
  const Members& members = process_->replica.members();
  const ServerState state = process_->draining          ? ServerState::draining
                            : process_->replica.ready() ? ServerState::ready
                                                        : ServerState::starting;
  Heartbeat heartbeat{
      members.self(), state, members.all(), {members.removed().begin(), members.removed().end()}};
  if (sabotage_ != nullptr) sabotage_->tells_roster(heartbeat);
  const Reply reply = [this, process = processes_](const Answer& answer) {
    if (!up() || process != processes_) return;
    when(queue_.now(), [this, answer] {
      if (answer) {
        const Roster& roster = std::get<Roster>(*answer);
        if (sabotage_ != nullptr) sabotage_->hears_roster(*this, roster);
        tell(roster.members, roster.removed);
      }
      act(process_->replica.balancers_asked(clock()));
    });
  };
  network_.ask(setup_.url, setup_.directory, std::move(heartbeat), reply);
  when(queue_.now() + setup_.heartbeat_every, [this] { beat(); });
}

void Server::stop(Duration limit) {
  TALLY_CHECK(up());
  trace_.note("{} is told to stop", setup_.url);
  process_->draining = true;
  act(process_->replica.flush(clock()));
  finish_stopping(queue_.now() + limit);
}

void Server::finish_stopping(Instant limit) {
  const bool done = process_->committing.empty() && process_->replica.shared();
  if (done || queue_.now() >= limit) return crash(false);
  when(queue_.now() + setup_.replica.share_interval / 4, [this, limit] {
    if (!process_->replica.shared()) act(process_->replica.flush(clock()));
    finish_stopping(limit);
  });
}

}  // namespace tally::sim
