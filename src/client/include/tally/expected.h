// What a call comes to: what was asked for, or an error. Nothing in this library throws.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include <tally/export.h>

namespace tally {

// Each says whether the add counted, and so whether it is safe to send it again. Their numbers stay; new ones
// come last.
enum class ErrorKind {
  // An add was sent, but what came of it is not known here: it counted, or it did not. Sending it again may
  // count it twice. No read ends like this.
  unknown_outcome = 1,
  // Nothing counted in any of these:
  unreachable = 2,   // nobody could be asked; try later
  unavailable = 3,   // overloaded, starting or stopping; try later
  unauthorized = 4,  // the token is missing, not known, or may not do this
  invalid = 5,       // options, names or amounts that cannot be
  out_of_range = 6,  // a value would leave -2^63 .. 2^63-1
  full = 7,          // no room for another counter, or on a disk
  other = 8,         // `detail` says what
};

struct ClientError {
  ErrorKind kind;
  // What happened and what to do, for people. It calls options by their names on the command line, where
  // Client::Options has the same: --balancer, --token-file, --tls-ca.
  std::string detail;
};

// Says on standard error which error or value was not looked for, and ends the process.
[[noreturn]] TALLY_API void end_for_misuse(const ClientError* error) noexcept;

// A T or a ClientError, in the manner of C++23's std::expected. Taking what is not there is a bug of the
// program, and ends it.
template <class T>
class Expected {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;`, as with std::expected
  Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): the same
  Expected(ClientError error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & noexcept { return *there(); }
  const T& operator*() const& noexcept { return *there(); }
  T&& operator*() && noexcept { return std::move(*there()); }
  T* operator->() noexcept { return there(); }
  const T* operator->() const noexcept { return there(); }

  const ClientError& error() const noexcept {
    const ClientError* const error = std::get_if<1>(&state_);
    if (error == nullptr) end_for_misuse(nullptr);
    return *error;
  }

 private:
  T* there() noexcept {
    if (!has_value()) end_for_misuse(&error());
    return std::get_if<0>(&state_);
  }
  const T* there() const noexcept {
    if (!has_value()) end_for_misuse(&error());
    return std::get_if<0>(&state_);
  }

  std::variant<T, ClientError> state_;
};

}  // namespace tally
