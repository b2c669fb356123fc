// Planted bugs in what is said between servers: streams, shares, marks and members.
#pragma once

#include <memory>

#include "sim/sabotage.h"

namespace tally::sim {

// In memory only: a replica refuses to be restored from a disk that holds its own run.
std::unique_ptr<Sabotage> restart_with_the_old_run();
// Of a stream that is known, a share moves the mark and brings nothing.
std::unique_ptr<Sabotage> marks_before_entries();
// Each part of a share is taken for all of it.
std::unique_ptr<Sabotage> parts_without_staging();
// What was taken already is added again.
std::unique_ptr<Sabotage> summed_shares();
// A share that begins after the mark is taken all the same; or so, but without its newest entry.
std::unique_ptr<Sabotage> ignored_gaps();
std::unique_ptr<Sabotage> gaps_that_drop_an_entry();
// A share says what counters are when it is sent, not what was sealed.
std::unique_ptr<Sabotage> live_totals();
// Whoever brings a stream is thought to have written it.
std::unique_ptr<Sabotage> shares_filed_under_their_sender();
// Only one's own stream is pushed.
std::unique_ptr<Sabotage> no_relays();
// Only whom the directory named last is spoken to.
std::unique_ptr<Sabotage> trust_in_the_directory();
// "I know my own counts", says a server that has lost them.
std::unique_ptr<Sabotage> recovery_without_own_streams();
// The sender of a share is not looked up among the removed.
std::unique_ptr<Sabotage> shares_of_the_removed();

}  // namespace tally::sim
