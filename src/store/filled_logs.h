// A system whose write-ahead logs are filled with zeros ahead of what is written to them.
//
// To sync a file that grew, a file system has to commit its new length as well, which here takes half of the
// processor's and a third of the clock's time again. Zeros lie behind a log while it is open and after a
// crash; closing cuts them off. RocksDB must not see them then: store/log_check.h tells where a log ends.
//
// Nothing here syncs: the sync of what is written makes the zeros behind it durable too, with the length.
#pragma once

#include <cstddef>
#include <memory>

namespace rocksdb {
class Env;
}

namespace tally {

// `system` outlives it. Zeros are written up to the next multiple of `step` bytes, behind an append that
// needs them and is small beside a step: a large one pays for its length, where it would be written twice.
// Where there is no room for a step, that log grows as any file does.
std::unique_ptr<rocksdb::Env> fill_logs(rocksdb::Env& system, std::size_t step);

}  // namespace tally
