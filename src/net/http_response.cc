#include "net/http_response.h"

#include <charconv>
#include <cstdio>
#include <ctime>

#include "base/check.h"

namespace tally::net {

namespace {

std::string_view status_line(unsigned status) {
  switch (status) {
    case 200: return "HTTP/1.1 200 OK\r\n";
    case 201: return "HTTP/1.1 201 Created\r\n";
    case 202: return "HTTP/1.1 202 Accepted\r\n";
    case 204: return "HTTP/1.1 204 No Content\r\n";
    case 304: return "HTTP/1.1 304 Not Modified\r\n";
    case 307: return "HTTP/1.1 307 Temporary Redirect\r\n";
    case 400: return "HTTP/1.1 400 Bad Request\r\n";
    case 401: return "HTTP/1.1 401 Unauthorized\r\n";
    case 403: return "HTTP/1.1 403 Forbidden\r\n";
    case 404: return "HTTP/1.1 404 Not Found\r\n";
    case 405: return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 406: return "HTTP/1.1 406 Not Acceptable\r\n";
    case 408: return "HTTP/1.1 408 Request Timeout\r\n";
    case 409: return "HTTP/1.1 409 Conflict\r\n";
    case 413: return "HTTP/1.1 413 Content Too Large\r\n";
    case 415: return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 422: return "HTTP/1.1 422 Unprocessable Content\r\n";
    case 429: return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431: return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 500: return "HTTP/1.1 500 Internal Server Error\r\n";
    case 502: return "HTTP/1.1 502 Bad Gateway\r\n";
    case 503: return "HTTP/1.1 503 Service Unavailable\r\n";
    case 504: return "HTTP/1.1 504 Gateway Timeout\r\n";
    case 507: return "HTTP/1.1 507 Insufficient Storage\r\n";
    default: return {};
  }
}

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_status_line(std::string& out, unsigned status) {
  const std::string_view known = status_line(status);
  if (!known.empty()) {
    out += known;
    return;
  }
  out += "HTTP/1.1 ";
  append_number(out, status);
  out += " \r\n";  // the reason is optional, the space is not
}

bool may_have_body(unsigned status) { return status != 204 && status != 304; }

void append_status_and_date(std::string& out, unsigned status, std::string_view date) {
  TALLY_CHECK(status >= 200 && status <= 599);
  append_status_line(out, status);
  out += "Date: ";
  out += date;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += "\r\n";
  out += name;
  out += ": ";
  out += value;
}

void append_end_of_header(std::string& out, const HttpResponse& response, AnswerForm form) {
  if (!form.keep_alive) {
    append_field(out, "Connection", "close");
  } else if (form.old) {
    append_field(out, "Connection", "keep-alive");
  }
  out += "\r\n";
  out += response.extra_headers;
  out += "\r\n";
}

}  // namespace

void append_response(std::string& out, const HttpResponse& response, AnswerForm form, std::string_view date) {
  append_status_and_date(out, response.status, date);
  const bool body = may_have_body(response.status);
  if (body) {
    out += "\r\nContent-Length: ";
    append_number(out, response.content_type.empty() ? 0 : response.body.size());
    if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  }
  append_end_of_header(out, response, form);
  if (body && !form.head && !response.content_type.empty()) out += response.body;
}

void append_streamed_header(std::string& out, const HttpResponse& response, AnswerForm form,
                            std::string_view date) {
  TALLY_CHECK(may_have_body(response.status) && !response.content_type.empty());
  TALLY_CHECK(!form.old || !form.keep_alive);
  append_status_and_date(out, response.status, date);
  append_field(out, "Content-Type", response.content_type);
  if (!form.old) append_field(out, "Transfer-Encoding", "chunked");
  append_end_of_header(out, response, form);
}

void append_piece(std::string& out, std::string_view piece, AnswerForm form) {
  TALLY_CHECK(!piece.empty());  // an empty chunk is the last
  if (form.old) {
    out += piece;
    return;
  }
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, piece.size(), 16);
  out.append(digits, static_cast<std::size_t>(end - digits)).append("\r\n").append(piece).append("\r\n");
}

void append_last_piece(std::string& out, AnswerForm form) {
  if (!form.old) out += "0\r\n\r\n";
}

std::string http_date(std::int64_t unix_seconds) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = unix_seconds;
  std::tm parts{};
  TALLY_CHECK(gmtime_r(&seconds, &parts) != nullptr);
  char text[64];  // strftime would follow the locale
  const int length = std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                                   parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  TALLY_CHECK(length > 0 && static_cast<std::size_t>(length) < sizeof text);
  return text;
}

}  // namespace tally::net
