// Planted bugs in who is believed to hold what: disks, acknowledgements, and the end.
#pragma once

#include <memory>

#include "sim/sabotage.h"

namespace tally::sim {

// What was handed to the disk counts as durable.
std::unique_ptr<Sabotage> acks_before_the_sync();
// A sync that failed is tried again, and "succeeds".
std::unique_ptr<Sabotage> retried_syncs();
// A graceful stop ends when all is shared, whatever the disk has.
std::unique_ptr<Sabotage> hasty_stops();
// Whatever run had its data folder is over, though the folder does not say so.
std::unique_ptr<Sabotage> any_folder_is_left();
// Nobody hears which runs are over.
std::unique_ptr<Sabotage> moves_unheard();
// What a peer has received counts as durable there, and nobody waits for its disk.
std::unique_ptr<Sabotage> received_as_durable();
// Peers are counted by place, not by server: clones are two.
std::unique_ptr<Sabotage> places_as_peers();

}  // namespace tally::sim
