// A disk in memory, as RocksDB sees one, that keeps nothing but what was synced when its power is cut:
// neither bytes that no sync of their file made safe, nor names that no sync of their folder did. It fills
// up, fails and rots when told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "base/random.h"

namespace tally {

class FakeDisk {
 public:
  FakeDisk();
  // A copy of the bytes, not of the faults.
  FakeDisk(const FakeDisk& other);
  FakeDisk& operator=(const FakeDisk&) = delete;
  ~FakeDisk();

  // For a store that this outlives.
  rocksdb::Env* env() { return env_.get(); }

  // Everything that changes the disk fails, and changes nothing, after so many more changes succeeded.
  void lose_power_after(std::uint64_t changes);

  // What was not synced is gone, or a part of it is: of each file some end of what was appended and any
  // sectors of what was overwritten, of changed names the newest. Then the power is back. Nobody has a file
  // open.
  void cut_power(Random& random);
  // All that was not synced is gone.
  void cut_power();

  // Files grow by no more than this many bytes; the append that finds too little room leaves what fits.
  void leave_room(std::uint64_t bytes);
  void make_room() { leave_room(~std::uint64_t{0}); }

  // The next sync of a file whose name ends like this fails, and the bytes it was to make safe never will be.
  void fail_next_sync(const std::string& suffix, bool for_want_of_room = false);

  std::vector<std::string> files() const;
  std::uint64_t size(const std::string& path) const;
  // Its size without the zeros at its end.
  std::uint64_t written(const std::string& path) const;
  void flip(const std::string& path, std::uint64_t at, unsigned char bits);
  void truncate(const std::string& path, std::uint64_t size);

 private:
  class Files;

  std::shared_ptr<Files> files_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace tally
