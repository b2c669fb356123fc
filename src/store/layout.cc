#include "store/layout.h"

#include <algorithm>

#include "base/check.h"
#include "base/server_url.h"
#include "count/counter.h"
#include "count/counter_name.h"

namespace tally::layout {

namespace {

constexpr char kFormatTag = '!';  // sorts first
constexpr char kEntryTag = 'e';
constexpr char kMemberTag = 'm';
constexpr char kRunTag = 'o';
constexpr char kRecordTag = 'r';
constexpr char kStreamTag = 's';
constexpr char kSettledTag = 't';
constexpr char kRemovalTag = 'x';
constexpr char kVersion = 1;        // of every value but a record's
constexpr char kRecordVersion = 3;  // 1 was without a roster, 2 without the folder's runs

// Big-endian, so that keys sort as their numbers do.
void put_fixed(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((value >> shift) & 0xff));
}

void put_stream(std::string& out, StreamId stream) {
  put_fixed(out, stream.high);
  put_fixed(out, stream.low);
}

// Seven bits a byte, the lowest first; the highest bit says that more follow.
void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// 0, -1, 1, -2, 2 ... as 0, 1, 2, 3, 4 ...: what is small either way takes few bytes.
std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

void put_text(std::string& out, std::string_view text) {
  TALLY_CHECK(text.size() <= 0xff);
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

// Reads from the front. Once something could not be read everything after it is zero or empty, and ok() says
// so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  bool done() const { return !ok_ || left_.empty(); }

  std::string_view bytes(std::size_t count) {
    if (count > left_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  std::string_view rest() { return bytes(left_.size()); }

  std::uint8_t byte() {
    const std::string_view one = bytes(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
  }

  std::uint64_t fixed() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }

  StreamId stream() {
    const std::uint64_t high = fixed();
    return {high, fixed()};
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint64_t next = byte();
      value |= (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        if (shift == 63 && next > 1) fail();
        return value;
      }
    }
    fail();
    return 0;
  }

  std::int64_t signed_varint() { return unzigzag(varint()); }
  std::string_view text() { return bytes(byte()); }

  std::optional<ServerId> server() {
    auto id = ServerId::parse(text());
    if (!id) return std::nullopt;
    return std::move(*id);
  }

  Reader& expect(char wanted) {
    if (byte() != static_cast<std::uint8_t>(wanted)) fail();
    return *this;
  }

 private:
  void fail() {
    ok_ = false;
    left_ = {};
  }

  std::string_view left_;
  bool ok_ = true;
};

std::string tagged(char tag, StreamId stream) {
  std::string key(1, tag);
  put_stream(key, stream);
  return key;
}

std::string numbered(char tag, std::uint64_t number) {
  std::string key(1, tag);
  put_fixed(key, number);
  return key;
}

std::optional<std::uint64_t> number_of(std::string_view key, char tag) {
  Reader in(key);
  const std::uint64_t number = in.expect(tag).fixed();
  if (!in.ok() || !in.done()) return std::nullopt;
  return number;
}

std::string versioned() { return std::string(1, kVersion); }

void put_write(std::string& out, const ShareHeader& header, Sequence known, std::span<const Entry> entries) {
  put_stream(out, header.stream);
  put_text(out, header.server.text());
  put_varint(out, number(known));
  put_varint(out, number(header.through) - number(known));
  put_varint(out, entries.size());
  Sequence last = known;
  for (const Entry& entry : entries) {
    TALLY_CHECK(entry.sequence >= last && entry.sequence <= header.through);
    put_text(out, entry.counter->name());
    put_varint(out, zigzag(entry.total));
    put_varint(out, number(entry.sequence) - number(last));
    last = entry.sequence;
  }
}

std::optional<RecordedWrite> read_write(Reader& in) {
  const StreamId stream = in.stream();
  auto server = in.server();
  if (!server) return std::nullopt;
  const std::uint64_t after = in.varint();
  const std::uint64_t through = after + in.varint();
  if (through < after) return std::nullopt;
  RecordedWrite write{{stream, std::move(*server), Sequence{after}, Sequence{through}}, {}};
  std::uint64_t last = after;
  for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
    const std::string_view name = in.text();
    const std::int64_t total = in.signed_varint();
    const std::uint64_t step = in.varint();
    if (step > through - last || !check_counter_name(name)) return std::nullopt;
    last += step;
    write.entries.push_back({name, {total, Sequence{last}}});
  }
  return write;
}

void put_run(std::string& out, const FolderRuns::Run& run) {
  put_stream(out, run.run);
  out.push_back(run.over ? 1 : 0);
  put_varint(out, run.url.size());
  out += run.url;
}

std::optional<FolderRuns::Run> read_run(Reader& in) {
  const StreamId run = in.stream();
  const std::uint8_t over = in.byte();
  const std::string_view url = in.bytes(in.varint());
  if (!in.ok() || over > 1 || !parse_server_url(url)) return std::nullopt;
  return FolderRuns::Run{run, std::string(url), over == 1};
}

void put_roster(std::string& out, const Roster& roster) {
  put_varint(out, roster.removed().size());
  for (const ServerId& id : roster.removed()) put_text(out, id.text());
  put_varint(out, roster.runs().size());
  for (const auto& [place, run] : roster.runs()) {
    put_text(out, place.first.text());
    put_varint(out, place.second.size());
    out += place.second;
    put_stream(out, run);
  }
  put_varint(out, roster.folder().all().size());
  for (const auto& [number, run] : roster.folder().all()) {
    put_varint(out, number);
    put_run(out, run);
  }
}

std::optional<Roster> read_roster(Reader& in, std::uint8_t version) {
  Roster roster;
  for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
    const auto id = in.server();
    if (!id) return std::nullopt;
    roster.remove(*id);
  }
  for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
    const auto id = in.server();
    const std::string_view url = in.bytes(in.varint());
    if (!id || !parse_server_url(url)) return std::nullopt;
    roster.hear({*id, in.stream(), std::string(url)});
  }
  for (std::uint64_t left = version < 3 ? 0 : in.varint(); left > 0 && in.ok(); --left) {
    const std::uint64_t number = in.varint();
    auto run = read_run(in);
    if (!run) return std::nullopt;
    roster.put(number, std::move(*run));
  }
  return roster;
}

}  // namespace

std::string format_key() { return std::string(1, kFormatTag); }
std::string settled_key() { return std::string(1, kSettledTag); }
std::string record_prefix() { return std::string(1, kRecordTag); }
std::string record_key(std::uint64_t number) { return numbered(kRecordTag, number); }
std::string stream_prefix() { return std::string(1, kStreamTag); }
std::string stream_key(StreamId stream) { return tagged(kStreamTag, stream); }
std::string entry_prefix(StreamId stream) { return tagged(kEntryTag, stream); }

std::string member_prefix() { return std::string(1, kMemberTag); }
std::string run_prefix() { return std::string(1, kRunTag); }
std::string run_key(std::uint64_t number) { return numbered(kRunTag, number); }
std::string removal_prefix() { return std::string(1, kRemovalTag); }
std::string removal_key(const ServerId& id) { return removal_prefix() + id.text(); }

std::string member_key(const Place& place) {
  std::string key = member_prefix();
  put_text(key, place.first.text());
  return key + place.second;
}

std::string entry_key(StreamId stream, std::string_view name) {
  std::string key = tagged(kEntryTag, stream);
  key += name;
  return key;
}

std::optional<std::uint64_t> record_of_key(std::string_view key) { return number_of(key, kRecordTag); }
std::optional<std::uint64_t> run_of_key(std::string_view key) { return number_of(key, kRunTag); }

std::optional<StreamId> stream_of_key(std::string_view key) {
  Reader in(key);
  const StreamId stream = in.expect(kStreamTag).stream();
  if (!in.ok() || !in.done()) return std::nullopt;
  return stream;
}

std::optional<Place> place_of_key(std::string_view key) {
  Reader in(key);
  auto id = in.expect(kMemberTag).server();
  const std::string_view url = in.rest();
  if (!id || !parse_server_url(url)) return std::nullopt;
  return Place(std::move(*id), url);
}

std::optional<ServerId> removed_of_key(std::string_view key) {
  Reader in(key);
  auto id = ServerId::parse(in.expect(kRemovalTag).rest());
  if (!id) return std::nullopt;
  return std::move(*id);
}

std::string number_value(std::uint64_t number) {
  std::string value = versioned();
  put_varint(value, number);
  return value;
}

std::optional<std::uint64_t> read_number(std::string_view value) {
  Reader in(value);
  const std::uint64_t number = in.expect(kVersion).varint();
  if (!in.ok() || !in.done()) return std::nullopt;
  return number;
}

std::string stream_value(const ServerId& server, Sequence mark) {
  std::string value = versioned();
  put_varint(value, number(mark));
  value += server.text();
  return value;
}

std::optional<StreamRow> read_stream(std::string_view value) {
  Reader in(value);
  const Sequence mark{in.expect(kVersion).varint()};
  auto server = ServerId::parse(in.rest());
  if (!in.ok() || !server) return std::nullopt;
  return StreamRow{std::move(*server), mark};
}

std::string entry_value(const EntryRow& row) {
  std::string value = versioned();
  put_varint(value, zigzag(row.total));
  put_varint(value, number(row.sequence));
  return value;
}

std::optional<EntryRow> read_entry(std::string_view value) {
  Reader in(value);
  const std::int64_t total = in.expect(kVersion).signed_varint();
  const Sequence sequence{in.varint()};
  if (!in.ok() || !in.done()) return std::nullopt;
  return EntryRow{total, sequence};
}

std::string member_value(StreamId run) {
  std::string value = versioned();
  put_stream(value, run);
  return value;
}

std::optional<StreamId> read_member(std::string_view value) {
  Reader in(value);
  const StreamId run = in.expect(kVersion).stream();
  if (!in.ok() || !in.done()) return std::nullopt;
  return run;
}

std::string run_value(const FolderRuns::Run& run) {
  std::string value = versioned();
  put_run(value, run);
  return value;
}

std::optional<FolderRuns::Run> read_run(std::string_view value) {
  Reader in(value);
  auto run = read_run(in.expect(kVersion));
  if (!run || !in.done()) return std::nullopt;
  return run;
}

std::string removal_value() { return versioned(); }
bool is_removal(std::string_view value) { return value == removal_value(); }

std::string record_value(const Roster& roster, std::span<const Write> writes,
                         std::span<const Sequence> known) {
  std::string value(1, kRecordVersion);
  put_roster(value, roster);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const auto& [header, entries] = writes[i];
    if (header.through <= known[i]) continue;
    const auto first_new = std::partition_point(
        entries.begin(), entries.end(), [&](const Entry& entry) { return entry.sequence <= known[i]; });
    put_write(value, header, known[i], {first_new, entries.end()});
  }
  return value;
}

std::optional<Record> read_record(std::string_view value) {
  Reader in(value);
  Record record;
  const std::uint8_t version = in.byte();
  if (version < kVersion || version > kRecordVersion) return std::nullopt;
  if (version > kVersion) {
    auto roster = read_roster(in, version);
    if (!roster) return std::nullopt;
    record.roster = std::move(*roster);
  }
  while (!in.done()) {
    auto write = read_write(in);
    if (!write) return std::nullopt;
    record.writes.push_back(std::move(*write));
  }
  if (!in.ok()) return std::nullopt;
  return record;
}

}  // namespace tally::layout
