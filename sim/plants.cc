#include "sim/plants.h"

#include "sim/plants_of_ages.h"
#include "sim/plants_of_holders.h"
#include "sim/plants_of_shares.h"

namespace tally::sim {

std::span<const Plant> plants() {
  static constexpr Plant kPlants[] = {
      // Streams and shares
      {"ARestartGoesOnWithItsOldRun", "A stream forked", 100, restart_with_the_old_run},
      {"AMarkIsTakenBeforeItsEntries", "A mark ran ahead", 100, marks_before_entries},
      {"PartsAreNotStaged", "A mark ran ahead", 100, parts_without_staging},
      {"AShareThatCameTwiceIsSummed", "A sum is wrong", 100, summed_shares},
      {"AGapIsIgnored", "A mark ran ahead", 100, ignored_gaps},
      {"AGapDropsTheNewestEntry", "A mark ran ahead", 100, gaps_that_drop_an_entry},
      {"LiveTotalsAreShared", "A mark ran ahead", 100, live_totals},
      {"AShareIsFiledUnderItsSender", "Filed under another server", 100, shares_filed_under_their_sender},
      {"NothingIsPassedOn", "No convergence", 100, no_relays},
      // Members
      {"AnEmptyListOfMembersIsBelieved", "The directory forgot its servers", 100, trust_in_the_directory},
      {"ARecoverySkipsOnesOwnOldStreams", "Ready too early", 100, recovery_without_own_streams},
      {"ARemovedServersSharesAreTaken", "A removed server was heard", 500, shares_of_the_removed},
      {"AnyFolderIsTakenForAMovedOne", "Dishonest staleness", 500, any_folder_is_left},
      {"NobodyHearsOfAMove", "A left place is still known", 100, moves_unheard},
      // Freshness
      {"AgesAreCountedFromTheArrival", "Dishonest staleness", 100, ages_by_arrival},
      {"ARelayStatesNoAge", "Dishonest staleness", 100, relays_without_age},
      // Disks and acknowledgements
      {"AnAddIsAcknowledgedBeforeTheSync", "Lost from a disk", 100, acks_before_the_sync},
      {"AFailedSyncIsTriedAgain", "Lost from a disk", 500, retried_syncs},
      {"AStopDoesNotWaitForTheCommit", "A stop left its disk behind", 500, hasty_stops},
      {"AReceivedMarkCountsAsDurable", "Lost by the peers", 500, received_as_durable},
      {"TwoPlacesOfOneServerCountAsTwoPeers", "Lost by the peers", 500, places_as_peers},
  };
  return kPlants;
}

}  // namespace tally::sim
