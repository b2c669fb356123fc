// The bytes of a data folder: its keys and values, as docs/storage.md draws them. Pure.
//
// A key begins with its tag, a value with the version of its encoding. Tags and versions are never reused.
// What cannot be read is nullopt, never a guess.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "cluster/roster.h"
#include "cluster/write.h"

namespace tally::layout {

// Raised when an older Tally must not touch the folder any more.
inline constexpr std::uint64_t kFormat = 3;
// Without members, as 2 is without the folder's runs. It is read, and becomes one of kFormat.
inline constexpr std::uint64_t kOldestFormat = 1;

std::string format_key();
std::string settled_key();
std::string record_prefix();
std::string record_key(std::uint64_t number);
std::string stream_prefix();
std::string stream_key(StreamId stream);
std::string entry_prefix(StreamId stream);
std::string entry_key(StreamId stream, std::string_view name);
std::string member_prefix();
std::string member_key(const Place& place);
std::string run_prefix();
std::string run_key(std::uint64_t number);
std::string removal_prefix();
std::string removal_key(const ServerId& id);

std::optional<std::uint64_t> record_of_key(std::string_view key);
std::optional<StreamId> stream_of_key(std::string_view key);
std::optional<Place> place_of_key(std::string_view key);
std::optional<std::uint64_t> run_of_key(std::string_view key);
std::optional<ServerId> removed_of_key(std::string_view key);

// The format, and the number of the newest record whose entries are in rows.
std::string number_value(std::uint64_t number);
std::optional<std::uint64_t> read_number(std::string_view value);

struct StreamRow {
  ServerId server;
  Sequence mark;
};
std::string stream_value(const ServerId& server, Sequence mark);
std::optional<StreamRow> read_stream(std::string_view value);

struct EntryRow {
  std::int64_t total;
  Sequence sequence;
};
std::string entry_value(const EntryRow& row);
std::optional<EntryRow> read_entry(std::string_view value);

// The run that last spoke at a place.
std::string member_value(StreamId run);
std::optional<StreamId> read_member(std::string_view value);

std::string run_value(const FolderRuns::Run& run);
std::optional<FolderRuns::Run> read_run(std::string_view value);

// Of a removal the key says all.
std::string removal_value();
bool is_removal(std::string_view value);

// What one commit made durable. Of each write only what is past `known`, the mark of its stream before it:
// all else is held already, at least as new. A write that holds nothing past it is left out.
std::string record_value(const Roster& roster, std::span<const Write> writes,
                         std::span<const Sequence> known);

struct RecordedEntry {
  std::string_view name;  // lies in the record's bytes
  EntryRow row;
};
struct RecordedWrite {
  ShareHeader header;  // its `after` is the mark that its stream had
  std::vector<RecordedEntry> entries;
};
struct Record {
  Roster roster;
  std::vector<RecordedWrite> writes;
};
std::optional<Record> read_record(std::string_view value);

}  // namespace tally::layout
