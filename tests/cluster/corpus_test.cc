#include <gtest/gtest.h>

#include "fuzz/replay.h"

namespace tally {
namespace {

TEST(ShareCorpus, EndsNoServerAndInventsNoCount) { EXPECT_GE(replay_corpus(TALLY_SHARE_CORPUS, 100), 14); }

}  // namespace
}  // namespace tally
