// Reading the small JSON messages between programs, field by field. Fields that nobody asks for are ignored,
// so that programs of two versions understand each other.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <boost/json.hpp>

#include "base/ids.h"
#include "base/result.h"

namespace tally {

// Errc::malformed: not JSON. Errc::invalid: not an object.
Result<boost::json::object> parse_json_object(std::string_view text);

// Each is Errc::invalid, naming the key, where the field is missing or is something else. What they return
// looks into `object`.
Result<std::string_view> string_field(const boost::json::object& object, std::string_view key);
Result<std::int64_t> count_field(const boost::json::object& object, std::string_view key);  // at least 0
Result<const boost::json::object*> object_field(const boost::json::object& object, std::string_view key);
Result<ServerId> server_id_field(const boost::json::object& object, std::string_view key);
Result<StreamId> stream_id_field(const boost::json::object& object, std::string_view key);

// Where a server answers, see base/server_url.h.
Result<std::string_view> url_field(const boost::json::object& object, std::string_view key);

// A list; a missing one is empty.
Result<std::span<const boost::json::value>> list_field(const boost::json::object& object,
                                                       std::string_view key);

}  // namespace tally
