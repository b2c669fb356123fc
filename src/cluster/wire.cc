#include "cluster/wire.h"

#include <google/protobuf/arena.h>

#include "base/check.h"
#include "base/server_url.h"
#include "cluster/crc32c.h"
#include "cluster/wire.pb.h"
#include "count/counter.h"
#include "count/counter_name.h"

namespace tally {

namespace {

constexpr std::uint32_t kVersion = 1;

template <class Message>
std::string seal_envelope(const Message& message) {
  wire::Envelope envelope;
  TALLY_CHECK(message.SerializeToString(envelope.mutable_payload()));
  envelope.set_version(kVersion);
  envelope.set_crc32c(crc32c(envelope.payload()));
  std::string bytes;
  TALLY_CHECK(envelope.SerializeToString(&bytes));
  return bytes;
}

Error malformed(std::string_view what) {
  return Error{Errc::malformed,
               "The message between servers " + std::string(what) + "; it was refused whole."};
}

// A part may have a million entries, which an arena makes and forgets together.
using google::protobuf::Arena;

// The message is the arena's.
template <class Message>
Result<Message*> open_envelope(std::string_view bytes, Arena& arena) {
  wire::Envelope envelope;
  if (!envelope.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return malformed("is not an envelope of Protocol Buffers");
  }
  if (envelope.version() != kVersion) {
    return malformed("is of version " + std::to_string(envelope.version()) + ", this server speaks version " +
                     std::to_string(kVersion));
  }
  if (crc32c(envelope.payload()) != envelope.crc32c()) return malformed("does not match its checksum");
  auto* message = Arena::CreateMessage<Message>(&arena);
  if (!message->ParseFromString(envelope.payload())) return malformed("has a payload that cannot be read");
  return message;
}

std::string bytes_of(StreamId id) {
  std::string bytes;
  for (const std::uint64_t half : {id.high, id.low}) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>((half >> shift) & 0xff));
  }
  return bytes;
}

Result<StreamId> stream_of(const std::string& bytes) {
  if (bytes.size() != 16) return malformed("has a stream id that is not 16 bytes long");
  const auto half = [&bytes](std::size_t from) {
    std::uint64_t bits = 0;
    for (std::size_t i = from; i < from + 8; ++i) bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
    return bits;
  };
  return StreamId{half(0), half(8)};
}

void write(const Member& member, wire::Member& out) {
  out.set_id(member.id.text());
  out.set_run(bytes_of(member.run));
  out.set_url(member.url);
}

Result<Member> read(const wire::Member& in) {
  auto id = ServerId::parse(in.id());
  if (!id) return malformed("names a member with a bad id");
  const auto run = stream_of(in.run());
  if (!run) return run.error();
  if (!parse_server_url(in.url())) return malformed("names a member by what is no server's URL");
  return Member{std::move(*id), *run, in.url()};
}

void write(const Continuation& continuation, wire::Continuation& out) {
  out.set_by(bytes_of(continuation.by));
  for (const StreamId run : continuation.over) out.add_over(bytes_of(run));
}

Result<Continuation> read(const wire::Continuation& in) {
  const auto by = stream_of(in.by());
  if (!by) return by.error();
  Continuation continuation{*by, {}};
  for (const std::string& bytes : in.over()) {
    const auto run = stream_of(bytes);
    if (!run) return run.error();
    continuation.over.insert(*run);
  }
  return continuation;
}

Result<ShareHeader> read_header(const wire::Part& in) {
  auto server = ServerId::parse(in.server());
  if (!server) return malformed("names a stream's server with a bad id");
  const auto stream = stream_of(in.stream());
  if (!stream) return stream.error();
  if (in.after() > in.through()) return malformed("ends before it begins");
  return ShareHeader{*stream, std::move(*server), Sequence{in.after()}, Sequence{in.through()}};
}

std::string_view name_of(const Entry& entry) { return entry.counter->name(); }
std::string_view name_of(const KeptEntry& entry) { return entry.name; }

template <class EntryOfSomeKind>
std::string encode_part(const Part& part, std::span<const EntryOfSomeKind> entries) {
  Arena arena;
  auto& out = *Arena::CreateMessage<wire::Part>(&arena);
  write(part.sender, *out.mutable_sender());
  out.set_share(part.share);
  out.set_index(part.index);
  out.set_count(part.count);
  out.set_digest(part.digest);
  out.set_until_durable(part.until_durable);
  out.set_nonce(part.nonce);
  out.set_stream(bytes_of(part.header.stream));
  out.set_server(part.header.server.text());
  out.set_after(number(part.header.after));
  out.set_through(number(part.header.through));
  out.mutable_entries()->Reserve(static_cast<int>(entries.size()));
  for (const EntryOfSomeKind& entry : entries) {
    wire::Entry& named = *out.add_entries();
    const std::string_view name = name_of(entry);
    named.set_name(name.data(), name.size());
    named.set_total(entry.total);
    named.set_sequence(number(entry.sequence));
  }
  return seal_envelope(out);
}

}  // namespace

std::string encode(const Part& part, std::span<const Entry> entries) { return encode_part(part, entries); }
std::string encode(const Part& part, std::span<const KeptEntry> entries) {
  return encode_part(part, entries);
}

std::size_t encoded_size(const Entry& entry) {
  constexpr std::size_t kTagsAndNumbers =
      2 * 2 + 3 + 2 * 11;  // two lengths, their tags and one, two varints and tags
  return kTagsAndNumbers + entry.counter->name().size();
}

std::string encode(const Marks& marks) {
  wire::Marks out;
  write(marks.sender, *out.mutable_sender());
  out.set_brief(marks.brief);
  for (const Mark& mark : marks.marks) {
    wire::Mark& to = *out.add_marks();
    to.set_stream(bytes_of(mark.stream));
    to.set_server(mark.server.text());
    to.set_received(number(mark.received));
    to.set_durable(number(mark.durable));
  }
  for (const Member& member : marks.members) write(member, *out.add_members());
  for (const ServerId& id : marks.removed) out.add_removed(id.text());
  out.set_echo(marks.echo);
  if (marks.vouched) out.set_vouched_ns(static_cast<std::uint64_t>(marks.vouched->count()));
  for (const Continuation& continuation : marks.continued) write(continuation, *out.add_continued());
  return seal_envelope(out);
}

Result<Part> decode_part(std::string_view bytes) {
  Arena arena;
  const auto opened = open_envelope<wire::Part>(bytes, arena);
  if (!opened) return opened.error();
  wire::Part* const in = *opened;
  auto sender = read(in->sender());
  if (!sender) return sender.error();
  auto header = read_header(*in);
  if (!header) return header.error();
  if (in->index() >= in->count()) return malformed("is a part beyond the last");
  Part part{std::move(*sender), in->share(), in->index(),         in->count(), in->digest(),
            std::move(*header), {},          in->until_durable(), in->nonce()};
  part.entries.reserve(static_cast<std::size_t>(in->entries_size()));
  Sequence last = part.header.after;
  for (wire::Entry& entry : *in->mutable_entries()) {
    const Sequence sequence{entry.sequence()};
    if (sequence <= part.header.after || sequence < last || sequence > part.header.through) {
      return malformed("has an entry out of order");
    }
    if (!check_counter_name(entry.name())) return malformed("has an entry with a bad name");
    last = sequence;
    part.entries.push_back({std::move(*entry.mutable_name()), entry.total(), sequence});
  }
  return part;
}

Result<Marks> decode_marks(std::string_view bytes) {
  Arena arena;
  const auto opened = open_envelope<wire::Marks>(bytes, arena);
  if (!opened) return opened.error();
  const wire::Marks* const in = *opened;
  auto sender = read(in->sender());
  if (!sender) return sender.error();
  Marks marks{std::move(*sender), in->brief(), {}, {}, {}};
  for (const wire::Mark& mark : in->marks()) {
    const auto stream = stream_of(mark.stream());
    if (!stream) return stream.error();
    auto server = ServerId::parse(mark.server());
    if (!server) return malformed("names a stream's server with a bad id");
    if (mark.durable() > mark.received())
      return malformed("has a mark that is durable before it is received");
    marks.marks.push_back({*stream, std::move(*server), Sequence{mark.received()}, Sequence{mark.durable()}});
  }
  for (const wire::Member& member : in->members()) {
    // What cannot be used is left out: one bad name, wherever it came from, costs no more than itself.
    if (auto usable = read(member)) marks.members.push_back(std::move(*usable));
  }
  for (const std::string& id : in->removed()) {
    auto removed = ServerId::parse(id);
    if (!removed) return malformed("names a removed server with a bad id");
    marks.removed.push_back(std::move(*removed));
  }
  marks.echo = in->echo();
  if (in->has_vouched_ns()) {
    if (in->vouched_ns() > static_cast<std::uint64_t>(kOldestVouched.count())) {
      return malformed("vouches for what is older than time");
    }
    marks.vouched = Duration(in->vouched_ns());
  }
  for (const wire::Continuation& continuation : in->continued()) {
    if (auto usable = read(continuation)) marks.continued.push_back(std::move(*usable));
  }
  return marks;
}

}  // namespace tally
