// Whether a log of RocksDB's broke off at its end or was damaged before it.
//
// RocksDB takes a changed length in a log's last block, and a changed type of record anywhere, for the end of
// the log, and drops what follows without a word, in every recovery mode (7.8.3). A power cut tears the end
// off, and nothing sound follows a torn end. So: what is unsound and followed by something sound is damage.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tally {

// Where the damage begins, in bytes; nullopt if `log` is whole, or torn at its end only. `log` is a file of
// records as RocksDB's write-ahead logs and manifests are:
// https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format
std::optional<std::size_t> find_damage(std::string_view log);

}  // namespace tally
