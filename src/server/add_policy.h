// Whether an add may be counted now, whatever protocol it came by.
#pragma once

#include "api/ack.h"
#include "base/result.h"
#include "server/status.h"

namespace tally {

// Any thread.
class AddPolicy {
 public:
  // An add that does not say what it waits for waits for `default_ack`.
  AddPolicy(const ServerStatus& status, bool has_disk, Ack default_ack)
      : status_(status), has_disk_(has_disk), default_ack_(default_ack) {}

  Ack default_ack() const { return default_ack_; }

  // This server takes adds, and answers reads. Errc::forbidden: it was removed; Errc::unavailable: not now.
  Result<void> check_open() const;
  // Errc::invalid: it will never be had, Errc::full: not now.
  Result<void> check_can_be_had(Ack ack) const;
  // Both, of an add that waits for default_ack(). Allocates nothing while all is well.
  Result<void> check_add() const;

 private:
  const ServerStatus& status_;
  const bool has_disk_;
  const Ack default_ack_;
};

}  // namespace tally
