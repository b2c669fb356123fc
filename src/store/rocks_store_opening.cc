// How a RocksStore finds again what an earlier process left.
#include <string>
#include <string_view>
#include <utility>

#include "store/layout.h"
#include "store/rocks_store.h"

namespace tally {

Result<void> RocksStore::recover() {
  for (const auto step : {&RocksStore::read_format, &RocksStore::read_streams, &RocksStore::read_roster,
                          &RocksStore::read_records}) {
    if (auto done = (this->*step)(); !done) return done;
  }
  return {};
}

Result<void> RocksStore::read_format() {
  const auto value = folder_->get(layout::format_key());
  if (!value) return value.error();
  if (!value->has_value()) {
    bool empty = true;
    const auto looked = folder_->each("", [&](std::string_view, std::string_view) -> Result<void> {
      empty = false;
      return {};
    });
    if (!looked) return looked.error();
    if (!empty) {
      return Error{Errc::invalid, "The folder " + folder_->name() +
                                      " is the database of another program; nothing was touched. Name a "
                                      "folder of its own (--data)."};
    }
    return folder_->put(layout::format_key(), layout::number_value(layout::kFormat));
  }
  const auto format = layout::read_number(**value);
  if (!format) return damaged(folder_->name(), "does not say its format");
  if (*format < layout::kOldestFormat || *format > layout::kFormat) {
    return Error{Errc::invalid, "The data folder " + folder_->name() + " is of format " +
                                    std::to_string(*format) + ", this Tally reads format " +
                                    std::to_string(layout::kFormat) +
                                    ". Start the version that wrote it, or name another folder (--data)."};
  }
  if (*format < layout::kFormat) {
    return folder_->put(layout::format_key(), layout::number_value(layout::kFormat));
  }
  return {};
}

Result<void> RocksStore::read_streams() {
  return folder_->each(layout::stream_prefix(),
                       [&](std::string_view key, std::string_view value) -> Result<void> {
                         const auto stream = layout::stream_of_key(key);
                         auto row = layout::read_stream(value);
                         if (!stream || !row)
                           return damaged(folder_->name(), "holds a stream that cannot be read");
                         marks_.advance({*stream, std::move(row->server), Sequence{0}, row->mark});
                         return {};
                       });
}

// Rows of members who were removed later stay behind, and say nothing.
Result<void> RocksStore::read_roster() {
  auto removals = folder_->each(layout::removal_prefix(),
                                [&](std::string_view key, std::string_view value) -> Result<void> {
                                  const auto id = layout::removed_of_key(key);
                                  if (!id || !layout::is_removal(value)) {
                                    return damaged(folder_->name(), "holds a removal that cannot be read");
                                  }
                                  roster_.remove(*id);
                                  return {};
                                });
  if (!removals) return removals;
  auto runs =
      folder_->each(layout::run_prefix(), [&](std::string_view key, std::string_view value) -> Result<void> {
        const auto number = layout::run_of_key(key);
        auto run = layout::read_run(value);
        if (!number || !run) return damaged(folder_->name(), "holds a run that cannot be read");
        roster_.put(*number, std::move(*run));
        return {};
      });
  if (!runs) return runs;
  return folder_->each(layout::member_prefix(),
                       [&](std::string_view key, std::string_view value) -> Result<void> {
                         const auto place = layout::place_of_key(key);
                         const auto run = layout::read_member(value);
                         if (!place || !run) {
                           return damaged(folder_->name(), "holds a member that cannot be read");
                         }
                         roster_.hear({place->first, *run, place->second});
                         return {};
                       });
}

Result<void> RocksStore::read_records() {
  const auto value = folder_->get(layout::settled_key());
  if (!value) return value.error();
  if (value->has_value()) {
    const auto settled = layout::read_number(**value);
    if (!settled) return damaged(folder_->name(), "does not say which records are settled");
    next_record_ = *settled + 1;
  }
  return folder_->each(layout::record_prefix(),
                       [&](std::string_view key, std::string_view record) -> Result<void> {
                         const auto number = layout::record_of_key(key);
                         if (!number) return damaged(folder_->name(), "holds a record without a number");
                         return take_record(*number, record);
                       });
}

}  // namespace tally
