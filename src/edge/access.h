// Who may do what on this server now: read from files, and again when they have changed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "api/access.h"
#include "base/mutex.h"
#include "base/result.h"
#include "net/file_stamp.h"

namespace tally {

struct AccessFiles {
  std::string tokens{};   // empty: whoever reaches a listener may use it
  std::string cluster{};  // the secret of the servers among themselves; empty: none
  bool operator==(const AccessFiles&) const = default;
};

// Any thread, apart from what says otherwise.
class Access {
 public:
  // Everybody may do everything.
  Access() : Access(AccessFiles{}) {}

  // Errc::invalid: a file cannot be taken.
  static Result<std::unique_ptr<Access>> open(AccessFiles files);

  // Constant: files that change do not change whether there are such.
  Scopes everybody() const { return everybody_; }

  std::shared_ptr<const AccessRules> rules() const;
  // Of rules(): it grows when they change.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  // What this server shows the others, as an Authorization field; empty: nothing.
  std::string cluster_authorization() const;

  // Reads the files again: always, or where they changed. One that cannot be taken is told in the log, once,
  // and the rules stay. By one thread.
  void reload();
  void look();
  bool has_files() const { return !files_.tokens.empty() || !files_.cluster.empty(); }

 private:
  struct Stamps {
    net::FileStamp tokens;
    net::FileStamp cluster;
    bool operator==(const Stamps&) const = default;
  };

  explicit Access(AccessFiles files) : files_(std::move(files)) {}
  Stamps stamps() const;
  Result<void> read();

  const AccessFiles files_;
  Scopes everybody_ = AccessRules{}.everybody;
  Stamps seen_;  // when the files were last read
  mutable Mutex mutex_;
  std::shared_ptr<const AccessRules> rules_ TALLY_GUARDED_BY(mutex_) = std::make_shared<AccessRules>();
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace tally
