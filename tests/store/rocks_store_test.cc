#include "store/rocks_store.h"

#include "tests/store/machine.h"
#include "tests/store/store_contract.h"

namespace tally {
namespace {

struct RocksDisk {
  RocksDisk() { options.settle_in_background = false; }
  Store& open() {
    store.reset();  // it holds the lock
    store = RocksStore::open(folder.path(), options).value();
    return *store;
  }
  TemporaryFolder folder;
  RocksStore::Options options;
  std::unique_ptr<RocksStore> store;
};

struct BusyRocksDisk : RocksDisk {
  BusyRocksDisk() {
    options.settle_entries = 1;
    options.settle_in_background = true;
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Rocks, StoreContract, RocksDisk);
INSTANTIATE_TYPED_TEST_SUITE_P(RocksThatSettlesAllTheTime, StoreContract, BusyRocksDisk);

}  // namespace
}  // namespace tally
