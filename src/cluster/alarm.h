// What whoever operates a server should hear of, by kinds that can be counted.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally {

enum class AlarmKind : std::uint8_t {
  duplicate_id,      // another server with our id runs
  fork,              // somebody claims more of our own stream than we wrote
  rollback,          // others hold counts of an earlier run of ours that our disk does not know
  refused_share,     // a share must not be taken
  removed,           // a server was removed, ourselves perhaps
  too_many_members,  // one is left out
};
inline constexpr std::array kAlarmKinds{AlarmKind::duplicate_id, AlarmKind::fork,
                                        AlarmKind::rollback,     AlarmKind::refused_share,
                                        AlarmKind::removed,      AlarmKind::too_many_members};

constexpr std::string_view to_string(AlarmKind kind) {
  constexpr std::array<std::string_view, kAlarmKinds.size()> kNames{
      "duplicate_id", "fork", "rollback", "refused_share", "removed", "too_many_members"};
  return kNames.at(static_cast<std::size_t>(kind));
}

struct Alarm {
  AlarmKind kind;
  std::string text;  // what happened and what to do
};

}  // namespace tally
