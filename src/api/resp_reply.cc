#include "api/resp_reply.h"

#include <algorithm>

#include "base/check.h"

namespace tally {

namespace {

// What a client does with a code: LOADING is tried again later, by many clients without asking; ERR is told
// to the caller. Both say that nothing was counted.
std::string_view code_of(Errc code) {
  switch (code) {
    case Errc::unavailable: return "LOADING";
    case Errc::unauthorized: return "NOAUTH";
    case Errc::insufficient_scope: return "NOPERM";
    case Errc::full:
    case Errc::malformed:
    case Errc::no_such_path:
    case Errc::method_not_allowed:
    case Errc::forbidden:
    case Errc::wrong_certificate:
    case Errc::too_slow:
    case Errc::out_of_range:
    case Errc::too_large:
    case Errc::unsupported_type:
    case Errc::invalid:
    case Errc::header_too_large:
    case Errc::unreachable:
    case Errc::unknown_outcome:
    case Errc::internal: return "ERR";
  }
  TALLY_CHECK(false && "an Errc outside the enumeration");
}

}  // namespace

void RespReply::error(std::string_view text) {
  const std::size_t begin = out_.size();
  line('-', text);
  const auto ends_a_line = [](char c) { return c == '\r' || c == '\n'; };
  std::replace_if(out_.begin() + static_cast<std::ptrdiff_t>(begin), out_.end() - 2, ends_a_line, ' ');
}

void RespReply::bulk(std::string_view bytes) {
  number('$', static_cast<std::int64_t>(bytes.size()));
  out_ += bytes;
  out_ += "\r\n";
}

void RespReply::verbatim(std::string_view text) {
  if (version_ == RespVersion::two) return bulk(text);
  constexpr std::string_view kFormat = "txt:";
  number('=', static_cast<std::int64_t>(kFormat.size() + text.size()));
  out_ += kFormat;
  out_ += text;
  out_ += "\r\n";
}

void RespReply::map(std::size_t pairs) {
  if (version_ == RespVersion::two) return array(2 * pairs);
  number('%', static_cast<std::int64_t>(pairs));
}

void RespReply::set(std::size_t size) {
  if (version_ == RespVersion::two) return array(size);
  number('~', static_cast<std::int64_t>(size));
}

void RespReply::line(char type, std::string_view text) {
  out_ += type;
  out_ += text;
  out_ += "\r\n";
}

void append_resp_error(std::string& out, const Error& error) {
  RespReply reply(out, RespVersion::two);  // errors are the same in both
  // Redis's own words for it, which clients compare.
  if (error.code == Errc::out_of_range) return reply.error("ERR increment or decrement would overflow");
  reply.error(std::string(code_of(error.code)) + " " + error.detail);
}

void append_unconfirmed(std::string& out, Ack got) {
  RespReply(out, RespVersion::two)
      .error("UNCONFIRMED counted, but what the reply waits for was not had in time: it has ack=" +
             to_text(got) + ". Do not send it again, that would count twice.");
}

void append_too_large(std::string& out) {
  RespReply(out, RespVersion::two)
      .error(
          "ERR the command is too large: nothing was counted. It may have at "
          "most 10,001 arguments, of 1 MiB together.");
}

}  // namespace tally
