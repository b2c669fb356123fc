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

}  // namespace

void append_response(std::string& out, const HttpResponse& response, AnswerForm form, std::string_view date) {
  TALLY_CHECK(response.status >= 200 && response.status <= 599);
  append_status_line(out, response.status);
  out += "Date: ";
  out += date;
  const bool body = may_have_body(response.status);
  if (body) {
    out += "\r\nContent-Length: ";
    append_number(out, response.content_type.empty() ? 0 : response.body.size());
    if (!response.content_type.empty()) {
      out += "\r\nContent-Type: ";
      out += response.content_type;
    }
  }
  if (!form.keep_alive) {
    out += "\r\nConnection: close\r\n";
  } else if (form.old) {
    out += "\r\nConnection: keep-alive\r\n";
  } else {
    out += "\r\n";
  }
  out += response.extra_headers;
  out += "\r\n";
  if (body && !form.head && !response.content_type.empty()) out += response.body;
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
