// The request targets that Tally's own programs write, and the parameters in them as they are read back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/ack.h"
#include "base/ids.h"
#include "base/result.h"

namespace tally {

std::string counter_target(std::string_view name, std::optional<Ack> ack = {});  // /v1/counters/NAME?ack=disk
std::string tree_target(std::string_view name);                                  // /v1/trees/NAME
std::string batch_target(std::optional<Ack> ack = {});                           // /v1/counters?ack=disk
std::string stream_target(StreamId stream, Sequence after);                      // /v1/streams/STREAM?after=7
// /v1/marks?nonce=8&digest=7
std::string marks_target(std::uint64_t nonce, std::optional<std::uint64_t> digest);
std::string server_target(const ServerId& id);           // /v1/servers/ID
std::string assignment_target(std::string_view client);  // /v1/assignment?client=ID

// `?after=`, 0 where it is not given. Errc::invalid: not a sequence number.
Result<Sequence> after_parameter(std::string_view query);

// `?digest=`, nothing where it is not given, and `?nonce=`, 0 where it is not. Errc::invalid: not a number of
// 64 bits.
Result<std::optional<std::uint64_t>> digest_parameter(std::string_view query);
Result<std::uint64_t> nonce_parameter(std::string_view query);

// `?fresh=`, false where it is not given. Errc::invalid: neither true nor false.
Result<bool> fresh_parameter(std::string_view query);

// `?client=`, nothing where it is not given or empty.
Result<std::optional<std::string>> client_parameter(std::string_view query);

}  // namespace tally
