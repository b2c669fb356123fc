#include "api/problem.h"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/json.hpp>
#include <simdjson.h>

#include "api/decimal.h"
#include "api/json_text.h"
#include "base/check.h"

namespace tally {

namespace {

struct Row {
  Errc code;
  Problem problem;
};

// The types and statuses are promises to clients; don't change a row.
constexpr std::array kProblems = {
    Row{Errc::malformed, {400, "/problems/malformed", "The request is malformed", 0}},
    Row{Errc::no_such_path, {404, "/problems/no-such-path", "Nothing is served at this path", 0}},
    Row{Errc::method_not_allowed, {405, "/problems/method-not-allowed", "This path has no such method", 0}},
    Row{Errc::unauthorized, {401, "/problems/unauthorized", "A token is needed that is known here", 0}},
    // Before forbidden, which says that a server was removed: a 403 of others, a proxy's say, does not.
    Row{Errc::insufficient_scope, {403, "/problems/insufficient-scope", "The token may not do this", 0}},
    Row{Errc::forbidden, {403, "/problems/forbidden", "The server may not take this", 0}},
    Row{Errc::wrong_certificate, {403, "/problems/wrong-certificate", "Another certificate is needed", 0}},
    Row{Errc::too_slow, {408, "/problems/too-slow", "The request did not arrive in time", 0}},
    Row{Errc::out_of_range, {409, "/problems/out-of-range", "The value would not fit in 64 bits", 0}},
    Row{Errc::too_large, {413, "/problems/too-large", "The body is too large", 0}},
    Row{Errc::unsupported_type,
        {415, "/problems/unsupported-type", "The form of the body is not supported", 0}},
    Row{Errc::invalid, {422, "/problems/invalid", "The request cannot be fulfilled", 0}},
    Row{Errc::header_too_large, {431, "/problems/header-too-large", "The header is too large", 0}},
    Row{Errc::unavailable, {503, "/problems/unavailable", "The server is not available now", 1}},
    Row{Errc::full, {507, "/problems/full", "There is no room", 0}},
    Row{Errc::internal, {500, "/problems/internal", "The server has a bug", 0}},
    // Known to clients only; a server that saw one while it answered would not count either.
    Row{Errc::unreachable, {502, "/problems/unreachable", "Another server could not be reached", 0}},
    Row{Errc::unknown_outcome, {504, "/problems/unknown-outcome", "Nobody knows whether it counted", 0}},
};

std::optional<Errc> code_of_type(std::string_view type) {
  const auto row =
      std::find_if(kProblems.begin(), kProblems.end(), [&](const Row& r) { return r.problem.type == type; });
  return row == kProblems.end() ? std::nullopt : std::optional(row->code);
}

Errc code_of_foreign_status(unsigned status) {
  if (status < 400 || status >= 500) return Errc::unknown_outcome;
  const auto row = std::find_if(kProblems.begin(), kProblems.end(),
                                [&](const Row& r) { return r.problem.status == status; });
  return row == kProblems.end() ? Errc::invalid : row->code;
}

std::string_view string_in(const boost::json::value& object, std::string_view key) {
  const auto* fields = object.if_object();
  const auto* value = fields ? fields->if_contains(key) : nullptr;
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

}  // namespace

const Problem& problem_of(Errc code) {
  const auto row =
      std::find_if(kProblems.begin(), kProblems.end(), [&](const Row& r) { return r.code == code; });
  TALLY_CHECK(row != kProblems.end());
  return row->problem;
}

void append_problem(std::string& out, const Error& error) {
  const Problem& problem = problem_of(error.code);
  out += R"({"type":)";
  append_json_string(out, problem.type);
  out += R"(,"title":)";
  append_json_string(out, problem.title);
  out += R"(,"status":)";
  append_decimal(out, problem.status);
  out += R"(,"detail":)";
  if (simdjson::validate_utf8(error.detail)) {
    append_json_string(out, error.detail);
  } else {
    std::string ascii = error.detail;
    std::replace_if(
        ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    append_json_string(out, ascii);
  }
  out += "}";
}

Error read_problem(unsigned status, std::string_view body) {
  boost::system::error_code failed;
  const auto problem = boost::json::parse(body, failed);  // null where it failed
  const auto code = code_of_type(string_in(problem, "type"));
  std::string detail(string_in(problem, "detail"));
  if (detail.empty()) {
    detail = "The answer was HTTP status " + std::to_string(status) +
             " without a reason: check that the address is a Tally server's, and any proxy before it.";
  }
  return Error{code ? *code : code_of_foreign_status(status), std::move(detail)};
}

}  // namespace tally
