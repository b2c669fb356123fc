// What can go wrong, as a value. Every Result in Tally carries one of these.
#pragma once

#include <string>
#include <string_view>

namespace tally {

// Each says whether the attempt counted, and so whether it is safe to try again. The HTTP status and the
// problem type of each are in api/problem.cc, one table for all.
enum class Errc {
  malformed,           // the bytes are not what the protocol says. Nothing counted; trying again fails again.
  no_such_path,        // nothing is served there. Nothing counted.
  method_not_allowed,  // the path exists, the method does not. Nothing counted.
  unauthorized,        // no token, or none that is known. Nothing counted; trying again fails again.
  insufficient_scope,  // the token may not do this. Nothing counted.
  forbidden,           // from or to a removed server, or a share that must not be taken. Nothing counted.
  wrong_certificate,   // who asks has not proven to be the server that it must be. Nothing counted.
  too_slow,            // the request did not arrive in time. Nothing counted; safe to try again.
  out_of_range,        // a total or a value would leave -2^63 .. 2^63-1. Nothing counted.
  too_large,           // the body is over its limit. Nothing counted.
  unsupported_type,    // a content type that is not understood. Nothing counted.
  invalid,             // understood, but not possible: bad name, delta or ack. Nothing counted.
  header_too_large,    // the header is over its limit. Nothing counted.
  unavailable,         // overloaded, starting or stopping. Nothing counted; safe to try again later.
  full,                // a disk or a cap is full. Nothing counted; safe to try again later.
  unreachable,         // the request was not sent. Nothing counted; safe to try again, elsewhere too.
  unknown_outcome,  // sent, but no answer came: counted or not, nobody knows. A blind retry may count twice.
  internal,         // a bug of ours, caught in time. Nothing counted.
};

struct Error {
  Errc code;
  std::string detail;  // what happened and what to do, one sentence or two, for people
};

// Lower-case words, for logs and messages: "out of range".
std::string_view to_string(Errc code);

}  // namespace tally
