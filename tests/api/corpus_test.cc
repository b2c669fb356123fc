#include <gtest/gtest.h>

#include "fuzz/replay.h"

namespace tally {
namespace {

TEST(ApiCorpus, IsRefusedOrSurvivesBeingWrittenAgain) { EXPECT_GE(replay_corpus(TALLY_API_CORPUS, 100), 6); }

}  // namespace
}  // namespace tally
