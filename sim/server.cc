#include "sim/server.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "cluster/patience.h"
#include "sim/sabotage.h"

namespace tally::sim {

Server::Process::Process(const Member& self, const ReplicaOptions& options, Instant clock,
                         std::uint64_t hash_seed)
    : counting(3, hash_seed), thread(counting), replica(self, options, counting, clock) {}

Server::Server(Setup setup, EventQueue& queue, Trace& trace, Network& network, Watcher& watcher,
               Sabotage& sabotage)
    : setup_(std::move(setup)),
      queue_(queue),
      trace_(trace),
      network_(network),
      watcher_(watcher),
      sabotage_(sabotage) {}

Server::~Server() = default;

void Server::start(StreamId run, const DriftingClock& clock) {
  TALLY_CHECK(!up());
  corpse_.reset();
  ++processes_;
  clock_ = clock;
  ReplicaOptions options = setup_.replica;
  options.ask_balancers = !setup_.directories.empty();
  trace_.note("{} starts as run {:.8}", setup_.url, run.text());
  process_ = std::make_unique<Process>(Member{setup_.id, run, setup_.url}, options, this->clock(), run.high);
  if (options.has_disk) {
    process_->replica.restore(sabotage_.reads_roster(disk_.content().roster()));
    const auto loaded =
        disk_.content().load([this](const KeptPart& part) { process_->replica.restore(part); });
    TALLY_CHECK(loaded.has_value());
  }
  network_.attach(setup_.url, *this);
  act(process_->replica.tick(this->clock()));
  for (const std::string& directory : setup_.directories) beat(directory);
}

void Server::crash(bool commits_finish) {
  TALLY_CHECK(up());
  trace_.note("{} ends", setup_.url);
  watcher_.ends(*this);
  disk_.power_cut(commits_finish);
  network_.detach(setup_.url);
  corpse_ = std::move(process_);
  ++pauses_;
  paused_ = false;
  held_back_.clear();
  watcher_.ended(*this);
}

void Server::crash_after(unsigned outputs, bool commits_finish) {
  process_->fuse = outputs;
  process_->commits_finish = commits_finish;
}

// Counts one output; true if the process has just ended instead of giving it.
bool Server::burns_out() {
  if (!process_->fuse) return false;
  if (*process_->fuse > 0) {
    --*process_->fuse;
    return false;
  }
  crash(process_->commits_finish);
  return true;
}

void Server::pause(Duration duration) {
  trace_.note("{} is stopped for a while", setup_.url);
  paused_ = true;
  queue_.after(duration, [this, pause = ++pauses_] {
    if (pause == pauses_) go_on();
  });
}

void Server::go_on() {
  paused_ = false;
  for (auto& happen : std::exchange(held_back_, {})) when(queue_.now(), std::move(happen));
}

void Server::when(Instant instant, std::function<void()> happen) {
  queue_.at(std::max(instant, queue_.now()),
            [this, process = processes_, happen = std::move(happen)]() mutable {
              if (!up() || process != processes_) return;
              if (paused_) return held_back_.push_back(std::move(happen));
              happen();
            });
}

// ---- what the replica wants done

void Server::act(Output output) {
  for (const Alarm& alarm : output.alarms) {
    trace_.note("{} warns: {}", setup_.url, alarm.text);
    watcher_.warned(*this, alarm.text);
  }
  watcher_.acted(*this);
  if (!process_->was_ready && process_->replica.ready()) {
    process_->was_ready = true;
    trace_.note("{} is ready", setup_.url);
    watcher_.became_ready(*this);
  }
  wake_at(output.wake);
  if (!output.commit.empty()) {
    if (burns_out()) return;
    commit(std::move(output.commit));
  }
  if (output.read) {
    if (burns_out()) return;
    process_->reading = true;
    when(queue_.now() + setup_.disk_takes, [this, stream = *output.read] { read_back(stream); });
  }
  for (PeerRequest& request : output.requests) {
    if (burns_out()) return;
    send(std::move(request));
  }
  for (LateAnswer& answer : output.answers) {
    if (burns_out()) return;
    process_->late.extract(answer.number).mapped()(std::move(answer.body));
  }
  if (process_->waiting.empty() || burns_out()) return;
  process_->waiting.release(sabotage_.held(*this, process_->replica.held()));
}

void Server::wake_at(Instant wake) {
  if (wake == process_->wake) return;
  process_->wake = wake;
  when(clock_.when(wake), [this, wake] {
    if (process_->wake != wake) return;
    process_->wake = Instant::max();
    act(process_->replica.tick(clock()));
  });
}

void Server::commit(Commit commit) {
  disk_.begin(std::move(commit));
  if (sabotage_.trusts_a_commit_under_way()) {
    when(queue_.now(), [this] { act(process_->replica.written(clock())); });
    when(queue_.now() + setup_.disk_takes, [this] {
      if (disk_.finish() != SimDisk::Outcome::durable)
        crash(false);  // what was believed cannot be taken back
    });
  } else {
    when(queue_.now() + setup_.disk_takes, [this] { committed(); });
  }
}

void Server::committed() {
  const SimDisk::Outcome outcome = sabotage_.hears_of_commit(disk_.finish());
  if (outcome == SimDisk::Outcome::failed) {
    trace_.note("{} cannot trust its disk any more", setup_.url);
    return crash(false);
  }
  process_->disk_full = outcome == SimDisk::Outcome::full;
  act(process_->disk_full ? process_->replica.not_written(clock()) : process_->replica.written(clock()));
}

void Server::read_back(StreamId stream) {
  KeptStream kept;
  const auto read = disk_.content().read(stream, [&kept](const KeptPart& part) { kept.add(part); });
  TALLY_CHECK(read.has_value());
  process_->reading = false;
  auto output = process_->replica.read_back(clock(), kept);
  if (output) return act(std::move(*output));
  trace_.note("{}: {}", setup_.url, output.error().detail);
  crash(false);
}

void Server::send(PeerRequest request) {
  auto sent = sabotage_.sends(*this, request);
  const bool push = std::holds_alternative<PeerRequest::PushShare>(request.question);
  Awaited& awaited = process_->awaited[request.to.second];
  ++(push ? awaited.pushes : awaited.others);
  const Reply reply = [this, process = processes_, request = std::move(request)](const Answer& answer) {
    if (up() && process == processes_) when(queue_.now(), [this, request, answer] { hear(request, answer); });
  };
  if (!sent) return reply(Error{Errc::unreachable, "Sabotaged."});
  const Duration patience = tally::patience(*sent, setup_.replica.share_interval);
  network_.ask(setup_.url, sent->to.second,
               std::visit([](auto& asked) -> Question { return std::move(asked); }, sent->question), patience,
               reply);
}

void Server::hear(const PeerRequest& request, const Answer& answer) {
  const bool push = std::holds_alternative<PeerRequest::PushShare>(request.question);
  Awaited& awaited = process_->awaited[request.to.second];
  --(push ? awaited.pushes : awaited.others);
  Result<std::string> body =
      answer ? Result<std::string>(std::get<std::string>(*answer)) : Result<std::string>(answer.error());
  if (body) body = sabotage_.hears_answer(*this, request, *body);
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
  Replica& replica = process_->replica;
  if (const auto* push = std::get_if<PeerRequest::PushShare>(&question)) {
    const std::string share = sabotage_.hears_share(*this, process_->counting, push->body);
    give(replica.receive_share(clock(), share), reply);
  } else if (const auto* marks = std::get_if<PeerRequest::AskMarks>(&question)) {
    give(replica.answer_marks(clock(), marks->digest, marks->nonce), reply);
  } else if (const auto* ask = std::get_if<PeerRequest::AskStream>(&question)) {
    give(replica.stream_answer(clock(), ask->stream, ask->after), reply);
  } else {
    answer_add(std::get<Add>(question), reply);
  }
}

void Server::give(Replica::Answer answer, const Reply& reply) {
  if (answer.later != 0) {
    process_->late.emplace(answer.later, reply);
  } else if (burns_out()) {
    return;
  } else {
    answer.body ? reply(std::move(*answer.body)) : reply(answer.body.error());
  }
  act(std::move(answer.output));
}

void Server::answer_add(const Add& add, const Reply& reply) {
  if (const auto can = check_can_be_had(add.ack); !can) return reply(can.error());
  Result<Counted> counted = this->add(add);
  if (!counted) return reply(counted.error());
  if (!add.ack.disk && add.ack.peers == 0) return reply(*counted);
  counted->held = add.ack;
  const Instant deadline = queue_.now() + kAckPatience;
  process_->waiting.wait(*counted, deadline, reply);
  when(deadline, [this] { process_->waiting.give_up(queue_.now()); });
  act(process_->replica.confirm(clock(), add.ack.disk, add.ack.peers > 0));
}

Result<void> Server::check_can_be_had(const Ack& ack) const {
  if (ack.disk && !setup_.replica.has_disk) return Error{Errc::invalid, "This server has no disk."};
  if (ack.disk && process_->disk_full) return Error{Errc::full, "This server's disk is full."};
  const std::size_t others = sabotage_.other_servers(*this, process_->replica.members().other_servers());
  if (ack.peers > others) return Error{Errc::invalid, "This server knows fewer others."};
  return {};
}

Result<Counted> Server::add(const Add& add) {
  if (!ready() || process_->draining) {
    return Error{Errc::unavailable, "This server is starting or stopping. Ask another."};
  }
  if (process_->replica.removed()) {
    return Error{Errc::forbidden, "This server was removed from its cluster."};
  }
  const Watcher::Shown before{own_total(add.counter), value(add.counter)};
  const Result<Added> added = process_->thread.add(add.counter, add.delta);
  watcher_.asked_to_add(*this, add, before, added);
  if (!added) return added.error();
  return Counted{process_->replica.members().self().run, added->ticket};
}

Int128 Server::value(const std::string& counter) { return process_->thread.value(counter); }

std::int64_t Server::own_total(const std::string& counter) const {
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

void Server::beat(const std::string& directory) {
  if (!up()) return;
  const Members& members = process_->replica.members();
  const ServerState state = process_->draining          ? ServerState::draining
                            : process_->replica.ready() ? ServerState::ready
                                                        : ServerState::starting;
  Heartbeat heartbeat{
      members.self(), state, members.all(), {members.removed().begin(), members.removed().end()}};
  sabotage_.tells_roster(heartbeat);
  const Reply reply = [this, process = processes_, directory](const Answer& answer) {
    if (!up() || process != processes_) return;
    when(queue_.now(), [this, answer, directory] {
      process_->asked_directories.insert(directory);
      if (answer) {
        const Roster& roster = std::get<Roster>(*answer);
        sabotage_.hears_roster(*this, roster);
        tell(roster.members, roster.removed);
      }
      if (up() && process_->asked_directories.size() == setup_.directories.size()) {
        act(process_->replica.balancers_asked(clock()));
      }
    });
  };
  network_.ask(setup_.url, directory, std::move(heartbeat), kLeastPatience, reply);
  when(queue_.now() + setup_.heartbeat_every, [this, directory] { beat(directory); });
}

void Server::stop(Duration limit) {
  TALLY_CHECK(up());
  trace_.note("{} is told to stop", setup_.url);
  process_->draining = true;
  act(process_->replica.flush(clock()));
  finish_stopping(queue_.now() + limit);
}

void Server::finish_stopping(Instant limit) {
  if (!up()) return;
  const Replica& replica = process_->replica;
  if (sabotage_.may_end(*this, replica.shared() && replica.durable())) {
    watcher_.stops_in_time(*this);
    return crash(false);
  }
  if (queue_.now() >= limit) return crash(false);
  when(queue_.now() + setup_.replica.share_interval / 4, [this, limit] {
    if (!process_->replica.shared()) act(process_->replica.flush(clock()));
    finish_stopping(limit);
  });
}

}  // namespace tally::sim
