// What a round of sharing costs: a seal, and the share that goes to one peer and is taken there. By what
// changed, not by what exists: the variants differ in the counters that stand idle.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "cluster/holdings.h"
#include "cluster/outgoing_share.h"

namespace tally {
namespace {

constexpr std::int64_t kChanged = 1'000;
constexpr std::size_t kPartBytes = 512 * 1024;

ServerId server(const char* id) { return ServerId::parse(id).value(); }

class Sender {
 public:
  explicit Sender(std::int64_t idle) {
    for (std::int64_t i = 0; i < kChanged + idle; ++i) {
      Counter* counter = thread_.find_or_insert("section/" + std::to_string(i));
      TALLY_CHECK(thread_.add(*counter, 1));
      if (i < kChanged) changing_.push_back(counter);
    }
    holdings_.extend(counting_.seal());
  }

  void change() {
    for (Counter* counter : changing_) TALLY_CHECK(thread_.add(*counter, 1));
  }

  // All that lies after `after`, as parts.
  std::vector<std::string> share(Sequence after) {
    holdings_.extend(counting_.seal());
    const Stream& own = holdings_.find(kRun)->stream;
    const Member self{server("a"), kRun, "http://127.0.0.1:7071"};
    OutgoingShare share({self, 1, 0, 1, 0, {kRun, self.id, after, own.mark()}, {}}, own.since(after),
                        kPartBytes);
    std::vector<std::string> parts;
    for (std::uint32_t i = 0; i < share.parts(); ++i) parts.push_back(share.part(i));
    return parts;
  }

  Sequence mark() const { return holdings_.own_mark(); }

 private:
  static constexpr StreamId kRun{1, 1};
  Counting counting_{2, 1};
  CountingThread thread_{counting_};
  Holdings holdings_{counting_, server("a"), kRun};
  std::vector<Counter*> changing_;
};

class Receiver {
 public:
  void take(const std::vector<std::string>& parts) {
    std::vector<NamedEntry> entries;
    for (const std::string& bytes : parts) {
      const auto part = decode_part(bytes);
      entries.insert(entries.end(), part->entries.begin(), part->entries.end());
      header_ = part->header;
    }
    TALLY_CHECK(holdings_.take(*header_, entries).value() == Holdings::Verdict::taken);
  }

 private:
  Counting counting_{2, 2};
  Holdings holdings_{counting_, server("b"), StreamId{2, 2}};
  std::optional<ShareHeader> header_;
};

void share_of_1000_changed(benchmark::State& state) {
  Sender sender(state.range(0));
  Receiver receiver;
  receiver.take(sender.share(Sequence{0}));
  for (auto round : state) {
    state.PauseTiming();
    const Sequence after = sender.mark();
    sender.change();
    state.ResumeTiming();
    receiver.take(sender.share(after));
  }
  state.SetItemsProcessed(state.iterations() * kChanged);
}
BENCHMARK(share_of_1000_changed)->Name("share of 1,000 changed, idle counters")->Arg(0)->Arg(1'000'000);

}  // namespace
}  // namespace tally
