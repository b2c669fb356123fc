#include "count/counting.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>

#include "base/check.h"
#include "count/bounds.h"

namespace tally {

namespace {

constexpr std::uint32_t kNoSum = std::numeric_limits<std::uint32_t>::max();

// Says which adds would be taken instead. Merged values may be out of range themselves, and then none may be.
Error no_room(std::string_view name, Int128 delta, Int128 total, Int128 others) {
  constexpr Int128 kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  const Int128 value = total + others;
  const Int128 from = std::max(kLeast, kLeast - std::min(total, value));
  const Int128 to = std::min(kMost, kMost - std::max(total, value));
  return Error{Errc::out_of_range,
               "Adding " + to_decimal(delta) + " to '" + std::string(name) + "', which is " +
                   to_decimal(value) + " here (" + to_decimal(total) +
                   " of it counted by this server), would leave -2^63 .. 2^63-1. Nothing was counted: " +
                   (from <= to ? "add from " + to_decimal(from) + " to " + to_decimal(to) + ", or "
                               : "no add here fits, so ") +
                   "count under another name."};
}

Error too_many_counters(std::string_view name, std::size_t most) {
  return Error{Errc::full, "There are " + std::to_string(most) +
                               " counters, as many as this server may make: '" + std::string(name) +
                               "' is new, and nothing was counted. Those that exist go on; a larger "
                               "--max-counters makes room for more."};
}

}  // namespace

Counting::Counting(std::size_t max_threads, std::uint64_t hash_seed, std::size_t most_counters)
    : max_threads_(max_threads),
      most_counters_(most_counters),
      adds_(new Adds[max_threads]),
      sections_(max_threads),
      table_(NameHash(hash_seed), limbo_) {
  TALLY_CHECK(max_threads <= kMaxThreads);
}

// Why no add is missing. An adder changes the total, touches the counter, and only then reads its ticket. If
// that is at most this seal's sequence, it was read before the increment below, so its section is one that
// the grace period waits for: whoever set the flag, this adder or another one that is still about to queue
// the counter, is done when we take the queue. Adders that read a later ticket may be at any of the four
// steps (change, touch; clear, read); the argument in count/change_queue.h says that theirs is in this seal
// or queued for the next.
//
// Why no batch is split. Batches are shut out before the grace period and until all totals are copied. So
// those that are done are done with all their counters, and each of these is queued: where a batch found a
// flag set, the grace period waited for whoever set it. Folds of spread cells, which are done alone, are kept
// out as well.
Seal Counting::seal() {
  const Limbo::Doomed doomed = limbo_.take();
  std::vector<SealedTotal> changed;
  changed.reserve(last_sealed_);  // batches need not wait for that
  const Sections::Shut no_batches(sections_);
  const std::uint64_t adds = this->adds();  // before: what returns meanwhile is perhaps not in it
  Seal seal{Sequence{ticket_.fetch_add(1)}, adds, std::move(changed)};
  sections_.wait_for_grace_period();
  for (auto taken = changed_.take(); Counter* const counter = taken.next();) {
    ChangeQueue<Counter>::clear(*counter);
    seal.changed.push_back({counter, counter->total()});
  }
  last_sealed_ = seal.changed.size();
  return seal;
}

std::uint64_t Counting::adds() const {
  std::uint64_t adds = 0;
  for (std::size_t i = 0; i < max_threads_; ++i) adds += adds_[i].count.load(std::memory_order_acquire);
  return adds;
}

void Counting::update(Counter& counter, ServerIndex server, Int128 value) {
  constexpr std::size_t kMuch = std::size_t{1} << 20;
  counter.update(server, value, servers_, limbo_);
  if (limbo_.bytes() < kMuch) return;
  const Limbo::Doomed doomed = limbo_.take();
  sections_.wait_for_grace_period();
}

Counter* CountingThread::find(std::string_view name) {
  const Section section(thread_, SectionKind::single);
  return counting_.table_.find(name);
}

Counter* CountingThread::find_or_insert(std::string_view name) {
  const Section section(thread_, SectionKind::single);
  return counting_.table_.find_or_insert(name);
}

void CountingThread::find(std::span<const std::string_view> names, std::span<Counter*> counters) {
  const Section section(thread_, SectionKind::single);
  counting_.table_.find_many(names, counters);
}

Result<void> CountingThread::find_or_insert(std::span<const std::string_view> names,
                                            std::span<Counter*> counters) {
  const Section section(thread_, SectionKind::single);
  counting_.table_.find_many(names, counters);
  // A batch that is refused makes none of its counters, unless others make some at the same moment.
  const auto missing = std::find(counters.begin(), counters.end(), nullptr);
  const auto new_ones = static_cast<std::size_t>(std::count(missing, counters.end(), nullptr));
  if (new_ones > 0 && counting_.table_.size() + new_ones > counting_.most_counters_) {
    return too_many_counters(names[static_cast<std::size_t>(missing - counters.begin())],
                             counting_.most_counters_);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (counters[i] != nullptr) continue;
    counters[i] = counting_.table_.find_or_insert(names[i], counting_.most_counters_);
    if (counters[i] == nullptr) return too_many_counters(names[i], counting_.most_counters_);
  }
  return {};
}

Int128 CountingThread::value(const Counter* counter) {
  if (counter == nullptr) return 0;
  const Section section(thread_, SectionKind::single);
  return counter->value();
}

std::optional<Int128> CountingThread::touched_value(const Counter* counter) {
  if (counter == nullptr) return std::nullopt;
  const Section section(thread_, SectionKind::single);
  if (!counter->touched()) return std::nullopt;
  return counter->value();
}

std::vector<CollationNode> CountingThread::nodes(const Counter* counter) {
  if (counter == nullptr) return {};
  const Section section(thread_, SectionKind::single);
  return counter->nodes();
}

std::size_t CountingThread::scan(std::size_t looked_at, std::size_t count,
                                 std::vector<const Counter*>& seen) {
  constexpr std::size_t kSlice = 64;
  CounterArena::Walk walk = counting_.table_.walk(looked_at);
  for (std::size_t left = count; left > 0;) {
    const Section section(thread_, SectionKind::single);
    for (std::size_t i = std::min(left, kSlice); i > 0; --i, --left) {
      const Counter* counter = walk.next();
      if (counter == nullptr) return 0;
      if (counter->touched()) seen.push_back(counter);
    }
  }
  return looked_at + count;
}

void CountingThread::note(Counter& counter) {
  counter.mark_counted();
  counting_.changed_.touch(counter);
}

// After the add: a seal that finds it here finds it in the totals, too.
void CountingThread::count_adds(std::size_t adds) {
  std::atomic<std::uint64_t>& count = counting_.adds_[thread_.number()].count;
  count.store(count.load(std::memory_order_relaxed) + adds, std::memory_order_release);
}

Sequence CountingThread::ticket() const { return Sequence{counting_.ticket_.load()}; }

std::optional<Added> CountingThread::add_fast(Counter& counter, std::int64_t delta) {
  const Int128 others = counter.others();
  if (!within(delta, kSmallDelta) || !within(others, kSmallOthers)) return std::nullopt;
  const std::optional<std::int64_t> total = counter.add(delta, thread_.number());
  if (!total) return std::nullopt;
  note(counter);
  return Added{*total + static_cast<std::int64_t>(others), ticket()};
}

Result<Added> CountingThread::add(Counter& counter, std::int64_t delta) {
  {
    const Section section(thread_, SectionKind::single);
    if (const std::optional<Added> added = add_fast(counter, delta)) {
      count_adds(1);
      return *added;
    }
  }
  return add_slowly(counter, delta);
}

Result<Added> CountingThread::add(std::string_view name, std::int64_t delta) {
  Counter* counter = nullptr;
  {
    const Section section(thread_, SectionKind::single);
    counter = counting_.table_.find_or_insert(name, counting_.most_counters_);
    if (counter == nullptr) return too_many_counters(name, counting_.most_counters_);
    if (const std::optional<Added> added = add_fast(*counter, delta)) {
      count_adds(1);
      return *added;
    }
  }
  return add_slowly(*counter, delta);
}

Result<Added> CountingThread::add_slowly(Counter& counter, std::int64_t delta) {
  const Change change{&counter, delta};
  sum_up({&change, 1});
  const auto ticket = add_alone();
  if (!ticket) return ticket.error();
  count_adds(1);
  return Added{sums_[0].value, *ticket};
}

Result<Sequence> CountingThread::add(std::span<const Change> changes, std::span<std::int64_t> values) {
  TALLY_CHECK(changes.size() == values.size());
  sum_up(changes);
  std::optional<Sequence> fast = add_fast();
  Result<Sequence> ticket = fast ? Result<Sequence>(*fast) : add_alone();
  if (!ticket) return ticket;
  count_adds(changes.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = sums_[sum_of_[i]].value;
  return ticket;
}

void CountingThread::sum_up(std::span<const Change> changes) {
  TALLY_CHECK(changes.size() < kNoSum);
  sums_.clear();
  sum_of_.clear();
  slots_.assign(std::bit_ceil(2 * changes.size()), kNoSum);
  for (const auto& [counter, delta] : changes) {
    std::uint32_t& place = slot_of(counter);
    if (place == kNoSum) {
      place = static_cast<std::uint32_t>(sums_.size());
      sums_.push_back({counter, 0, 0, 0});
    }
    sums_[place].delta += delta;
    sum_of_.push_back(place);
  }
}

// Where the counter's place is, or belongs: half of the slots at least stay empty.
std::uint32_t& CountingThread::slot_of(const Counter* counter) {
  const std::uint64_t hash =
      reinterpret_cast<std::uintptr_t>(counter) * 0x9e3779b97f4a7c15U;  // its high bits
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = static_cast<std::size_t>(hash >> 32) & mask;
  while (slots_[i] != kNoSum && sums_[slots_[i]].counter != counter) i = (i + 1) & mask;
  return slots_[i];
}

std::optional<Sequence> CountingThread::add_fast() {
  const Section section(thread_, SectionKind::batch);
  for (Sum& sum : sums_) {
    sum.others = sum.counter->others();
    const bool small = within(sum.delta, kSmallDelta) && within(sum.others, kSmallOthers);
    if (!small || !sum.counter->has_room()) return std::nullopt;
  }
  for (Sum& sum : sums_) {
    const std::int64_t total = sum.counter->add_to_room(static_cast<std::int64_t>(sum.delta));
    sum.value = total + static_cast<std::int64_t>(sum.others);
    note(*sum.counter);
  }
  return ticket();
}

Result<Sequence> CountingThread::add_alone() {
  const Sections::Alone alone(thread_);
  for (Sum& sum : sums_) {
    sum.others = sum.counter->others();
    const Int128 total = sum.counter->total() + sum.delta;
    if (!fits_int64(total) || !fits_int64(total + sum.others)) {
      return no_room(sum.counter->name(), sum.delta, sum.counter->total(), sum.others);
    }
  }
  for (Sum& sum : sums_) {
    const auto total = static_cast<std::int64_t>(sum.counter->total() + sum.delta);
    sum.counter->set_total(total);
    sum.value = static_cast<std::int64_t>(total + sum.others);
    note(*sum.counter);
  }
  return ticket();
}

}  // namespace tally
