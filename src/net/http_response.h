// Answers as bytes (RFC 9112).
#pragma once

#include <string>
#include <string_view>

#include "net/http_message.h"

namespace tally::net {

// What the request decides about the form of its answer.
struct AnswerForm {
  bool head = false;       // the body is announced, not sent
  bool old = false;        // HTTP/1.0, where keeping the connection has to be said
  bool keep_alive = true;  // more answers may follow on this connection
};

// Appends the whole answer to `out`. `date` is the value of the Date field.
void append_response(std::string& out, const HttpResponse& response, AnswerForm form, std::string_view date);

// The beginning of an answer that comes piece by piece: its header, without its body. Chunked (RFC 9112,
// 7.1), or, for HTTP/1.0, up to the end of the connection.
void append_streamed_header(std::string& out, const HttpResponse& response, AnswerForm form,
                            std::string_view date);
// A piece of it, of at least a byte, and its end.
void append_piece(std::string& out, std::string_view piece, AnswerForm form);
void append_last_piece(std::string& out, AnswerForm form);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(std::int64_t unix_seconds);

}  // namespace tally::net
