// One counting server's side of the agreement between servers, as a pure machine: it is handed the time,
// messages and what became of its own messages, and returns what to do. It opens no socket, reads no clock
// and starts no thread; the programs and the simulator drive this same code. One thread uses it.
//
// An Output's commit goes to the disk, its requests to peers and its answers to who asked; neither waits for
// another. What a disk or a peer holds is known, and claimed, only once it said so.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/duration.h"
#include "base/ids.h"
#include "base/member.h"
#include "base/result.h"
#include "cluster/alarm.h"
#include "cluster/digest.h"
#include "cluster/disk_backlog.h"
#include "cluster/echoes.h"
#include "cluster/holdings.h"
#include "cluster/kept.h"
#include "cluster/members.h"
#include "cluster/own_runs.h"
#include "cluster/read_backs.h"
#include "cluster/recovery.h"
#include "cluster/sealed_adds.h"
#include "cluster/sharing.h"
#include "cluster/staging.h"
#include "cluster/vouching.h"
#include "cluster/wire.h"
#include "cluster/write.h"
#include "count/counting.h"

namespace tally {

struct ReplicaOptions {
  Duration share_interval = std::chrono::seconds(1);
  Duration recovery_limit = std::chrono::seconds(5);  // ready after this at the latest
  std::size_t part_bytes = 512 * 1024;                // of a share's body; peers take 1 MiB
  // Of the shares of all peers that are here in part.
  Staging::Limits staging{.bytes = std::size_t{1} << 30, .patience = std::chrono::seconds(60)};
  std::size_t most_peers = 10'000;  // dead ones that nobody removed among them
  bool ask_balancers = false;       // there are balancers: not ready before balancers_asked()
  bool has_disk = false;  // what Output::commit brings becomes durable; without a disk, what is received is
};

// A question to a peer. Its answer, or that none came, goes to Replica::answered().
struct PeerRequest {
  struct PushShare {
    std::string body;  // POST /v1/shares; answered with Marks
  };
  // GET /v1/marks?digest=&nonce=; answered with Marks after a seal, brief ones if the peer's digest is the
  // same. Without one the peer says, too, whom it vouches for.
  struct AskMarks {
    std::optional<std::uint64_t> digest;
    std::uint64_t nonce;
  };
  struct AskStream {  // GET /v1/streams/{stream}?after=; answered with a Part
    StreamId stream;
    Sequence after;
  };
  std::uint64_t id;
  Place to;
  std::variant<PushShare, AskMarks, AskStream> question;
};

// The answer to a peer's question that could not be given at once.
struct LateAnswer {
  std::uint64_t number;  // Replica::Answer::later
  std::string body;
};

struct Output {
  // What the disk lacks, to be made durable; Replica::written() or not_written() follows it. Nothing without
  // a disk, or while an earlier commit is under way.
  Commit commit;
  // To be read from the disk: Replica::read_back() follows.
  std::optional<StreamId> read;
  std::vector<PeerRequest> requests;
  std::vector<LateAnswer> answers;
  // What peers acknowledged before this moment is here, as far as they can be asked: see refresh().
  std::optional<Instant> refreshed{};
  std::vector<Alarm> alarms;           // for whoever operates this server
  std::vector<std::string> notices{};  // likewise, of what is as it should be
  Instant wake;                        // call tick() then
};

class Replica {
 public:
  // `self.run` is fresh: drawn from the system's randomness for this start.
  Replica(Member self, ReplicaOptions options, Counting& counting, Instant now);

  // What a disk had kept, before anything else is asked of this machine: first who took part, so that they
  // are asked though nobody else tells of them, and which runs used its folder: this one goes on with it.
  void restore(const Roster& kept);
  void restore(const KeptPart& part);

  // It is `now`. Seals and begins a round of sharing when a share interval has passed.
  Output tick(Instant now);

  // Somebody waits until a disk, or peers, hold what is counted by now: seals, and lets them have it at once.
  Output confirm(Instant now, bool by_disk, bool by_peers);

  // Somebody wants to read what every server acknowledged by now: asks all that can be reached, and fetches
  // what they name. Some Output's `refreshed`, `now` or later, follows within kRefreshLimit.
  Output refresh(Instant now);
  static constexpr Duration kRefreshLimit = std::chrono::seconds(2);

  // Seals and shares what is unshared, with everyone, at once: a graceful stop. Nothing is counted any more,
  // and the disk is told that this run is over. Done when shared() and durable() say so; until then to be
  // called again now and then, so that whoever could not be reached is tried again.
  Output flush(Instant now);

  // A balancer or another source told of members and removals. Never shrinks the list but for removals. Who
  // does not know them all leaves open whether we are alone.
  Output learn(Instant now, const std::vector<Member>& members, const std::vector<ServerId>& removed,
               bool knows_all = true);
  // Every balancer has answered once, or could not be reached.
  Output balancers_asked(Instant now);

  // A peer's questions; answered in every state. Each is the body of a message from a server, or the parts of
  // a path.
  struct Answer {
    // Where `later` is not 0 the asker waits for our disk, and the body follows in some Output's answers.
    Result<std::string> body;
    Output output;
    std::uint64_t later = 0;
  };
  // Encoded Marks. `proven`: who sent it, if that had to be proven; then a share that says otherwise is
  // Errc::wrong_certificate. Errc::malformed, Errc::forbidden for what must not be taken, Errc::too_large;
  // Errc::unavailable while its stream is read back from the disk.
  Answer receive_share(Instant now, std::string_view body, const std::optional<ServerId>& proven = {});
  // Encoded Marks: in full, unless the asker's digest says that it needs no more than the streams on the
  // move. Seals, so that the nonce is answered.
  Answer answer_marks(Instant now, std::optional<std::uint64_t> digest, std::uint64_t nonce);
  // An encoded Part. Errc::no_such_path where nothing is known of it.
  Answer stream_answer(Instant now, StreamId stream, Sequence after);

  // The answer to one of our requests (encoded, as its question says), or why there is none.
  Output answered(Instant now, std::uint64_t request, const Result<std::string>& body);

  // The disk holds the commit of the last output that had any.
  Output written(Instant now);
  // It has no room: it holds nothing of it. It comes again, with what else it lacks by then, at the next
  // tick.
  Output not_written(Instant now);

  // The stream that an output asked for, as the disk has it. Errc::internal where that is not what the disk
  // had confirmed: it is not to be trusted.
  Result<Output> read_back(Instant now, const KeptStream& kept);

  // Our own open stream, as far as it is known to be held: by our disk, and by at least k+1 peers' disks (or
  // memories, where they have no disk), for k from 0 to the number of peers that hold any. Peers are distinct
  // servers that are not removed.
  struct Held {
    Sequence disk{0};
    std::vector<Sequence> peers{};
    bool operator==(const Held&) const = default;
  };
  Held held() const;

  bool ready() const { return ready_; }
  // A share of ours or of theirs said that this server is removed.
  bool removed() const { return members_.is_removed(members_.self().id); }
  // Everything counted up to the newest seal is held by every peer that can be reached, and by one at least
  // if there are any.
  bool shared() const;
  // The disk, if there is one, holds all counts that are sealed or were taken; after flush(), all there is.
  bool durable() const { return backlog_.has_all_counts() && (!stopping_ || backlog_.has_all_of_roster()); }
  // The counters that changed, up to the newest seal, since what any peer answered to hold.
  std::size_t unshared() const;
  // The adds of this run that no peer answered to hold: as many as the loss of this server alone would cost,
  // or more.
  std::uint64_t unshared_adds() const;
  // Those that its disk does not hold, or more.
  std::uint64_t unsynced_adds() const;

  // In order of place.
  struct PeerLag {
    Place peer;
    Instant fresh_through;        // what it acknowledged before is here; Vouching::kNever: nobody can say
    std::uint64_t unshared_adds;  // those of this run that it did not answer to hold, or more
  };
  std::vector<PeerLag> peer_lags() const;

  // The time before which all that any known server acknowledged is counted here; Vouching::kNever while
  // nobody can say. Nothing if there is no other server.
  std::optional<Instant> fresh_through() const;
  // The peers of whom that is earlier than `time`.
  std::vector<std::pair<Place, Instant>> older_than(Instant time) const { return vouching_.older_than(time); }

  const Members& members() const { return members_; }
  const Holdings& holdings() const { return holdings_; }
  const Sharing& sharing() const { return sharing_; }
  // What is here in part, and so not counted yet.
  const Staging& staging() const { return staging_; }
  Marks marks() const;  // in full

 private:
  struct Asked {
    Place to;
    std::variant<PeerRequest::PushShare, PeerRequest::AskMarks, PeerRequest::AskStream> question;
  };

  void seal();
  void extend(const Seal& seal);
  void answered_stream(const Place& peer, const PeerRequest::AskStream& ask, const Result<std::string>& body,
                       Output& out);
  void take_answer(Instant now, const Place& peer, const Marks& marks, Output& out);
  void vouch(Instant now, const Place& peer, const Marks& marks);
  void ask_who_vouches_for_the_missing(Instant now);
  void begin_refreshing(Instant now);
  bool is_refreshed(Instant now);
  bool has_room_for(const Member& member, Output& out);
  void warn_of_share(const Place& from, const Error& why, Output& out);
  void warn_of_fork(const Marks& marks, Output& out);
  void tell_of_relay(const Member& sender, const ShareHeader& header, Output& out);
  void warn_of_rollback(Output& out);
  void warn_of_copy(Output& out);
  std::uint64_t adds_beyond(Sequence mark) const;
  Result<void> take(const ShareHeader& header, const std::vector<NamedEntry>& entries);
  Part header_of(StreamId stream, const Holdings::Held& held, Sequence after) const;
  void answer_late(bool all, Output& out);
  std::string share_answer(StreamId asker, StreamId stream, std::uint64_t digest) const;
  void meet(const Member& member);
  void hear(Instant now, const Member& member, Output& out);
  void learn_all(Instant now, const std::vector<Member>& members, const std::vector<ServerId>& removed,
                 const std::vector<Continuation>& continued, Output& out);
  void members_changed(Instant now);
  void send(Place to, decltype(Asked::question) question, Output& out);
  void send_all(std::vector<Sharing::Parcel> parcels, Output& out);
  void ask_what_is_to_be_asked(Instant now, Output& out);
  Output finish(Instant now, Output out);
  void refresh_digest() { digest_.refresh(members_, holdings_); }
  Mark mark_of(StreamId stream, const Holdings::Held& held) const;

  const ReplicaOptions options_;
  const Instant started_;
  Counting& counting_;
  Members members_;
  Holdings holdings_;
  DiskBacklog backlog_;
  ReadBacks read_backs_;
  Staging staging_;
  Sharing sharing_;
  Recovery recovery_;
  Instant next_round_;
  Vouching vouching_;
  Echoes echoes_;
  Sequence sealed_{0};  // the newest seal
  SealedAdds sealed_adds_;
  std::optional<std::uint64_t> folder_run_{};  // our number among the runs that used our disk's folder
  bool stopping_ = false;                      // flush() was called
  bool introduced_;                            // somebody told us who else there is, or nobody is to be asked
  std::optional<Place> asked_of_;              // who is asked whom it vouches for; the next one follows
  bool refresh_ = false;                       // somebody waits for what peers acknowledged by now
  struct Refreshing {
    Instant since;
    std::set<Place> awaited;
  };
  std::optional<Refreshing> refreshing_{};
  std::set<StreamId> forks_;  // runs of members that claim more of our own stream than we wrote
  bool full_ = false;         // there was a member too many, and we said so
  OwnRuns own_runs_;
  bool ready_ = false;
  bool balancers_asked_;
  Digest digest_;
  std::uint64_t requests_ = 0;
  std::map<std::uint64_t, Asked> under_way_;
  struct LateShare {
    StreamId sender;
    StreamId stream;
    Sequence through;
    std::uint64_t digest;  // the sender's
  };
  std::map<std::uint64_t, LateShare> late_;         // shares whose senders wait for our disk
  std::uint64_t late_answers_ = 0;                  // were promised
  std::set<std::pair<StreamId, StreamId>> relays_;  // streams, and runs that passed them on here
  bool disk_awaited_ = false;                       // somebody waits for more than what is being written
  bool peers_awaited_ = false;                      // somebody waits for more than what is being pushed
};

}  // namespace tally
