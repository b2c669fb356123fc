// Where a log of RocksDB's ends: what is whole, and whether it broke off there or was damaged.
//
// RocksDB takes a changed length in a log's last block, and a changed type of record anywhere, for the end of
// the log, and drops what follows without a word, in every recovery mode; a record that a power cut tore in a
// file filled with zeros it takes for damage (7.8.3). So this decides before RocksDB sees the log.
#pragma once

#include <cstddef>
#include <string_view>

namespace tally {

struct LogEnd {
  std::size_t at;  // all before it is sound
  bool damaged;    // what was synced may be missing there; if not, what is behind it is nothing, or was not
};

// `log` is a file of records as RocksDB's write-ahead logs and manifests are, zeros behind them or not:
// https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format
//
// At most one record of it was not synced, and of that any sectors may be missing: cut off with the file's
// end, or zeros, which no record ends with. A record that lacks none is damaged, as is one that another
// follows. (etcd tells torn from damaged by sectors of zeros, too: isTornEntry in its wal/decoder.go.)
LogEnd find_end(std::string_view log);

}  // namespace tally
