#include "base/error.h"

#include "base/check.h"

namespace tally {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::malformed: return "malformed";
    case Errc::no_such_path: return "no such path";
    case Errc::method_not_allowed: return "method not allowed";
    case Errc::unauthorized: return "unauthorized";
    case Errc::insufficient_scope: return "insufficient scope";
    case Errc::forbidden: return "forbidden";
    case Errc::wrong_certificate: return "wrong certificate";
    case Errc::too_slow: return "too slow";
    case Errc::out_of_range: return "out of range";
    case Errc::too_large: return "too large";
    case Errc::unsupported_type: return "unsupported type";
    case Errc::invalid: return "invalid";
    case Errc::header_too_large: return "header too large";
    case Errc::unavailable: return "unavailable";
    case Errc::full: return "full";
    case Errc::unreachable: return "unreachable";
    case Errc::unknown_outcome: return "unknown outcome";
    case Errc::internal: return "internal error";
  }
  TALLY_CHECK(false && "an Errc outside the enumeration");
}

}  // namespace tally
