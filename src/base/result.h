// A value or an Error: what every function returns that can fail for reasons outside the program.
#pragma once

#include <stdexcept>

#include <boost/system/result.hpp>

#include "base/error.h"

namespace tally {

template <class T>
using Result = boost::system::result<T, Error>;

// Found by Result::value(), which throws what the Error says; code that can go on asks has_value() first.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.detail);
}

}  // namespace tally
