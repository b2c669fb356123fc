// What a RequestParser makes of bytes that come in given pieces, as text.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/request_parser.h"

namespace tally::net {

inline std::string method_name(Method method) {
  constexpr const char* kNames[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "other"};
  return kNames[static_cast<std::size_t>(method)];
}

// A line for each request, and one for how it ends: "idle", "in a header", "in a body" or the refusal.
inline std::string transcript(const std::vector<std::string>& pieces, std::size_t header_bytes = 8192,
                              std::size_t body_bytes = 1 << 20) {
  RequestParser parser(header_bytes, body_bytes);
  std::string text;
  for (const std::string& piece : pieces) {
    std::string_view bytes = piece;
    while (!bytes.empty()) {
      const RequestParser::State state = parser.feed(bytes);
      if (state == RequestParser::State::refused) {
        return text + std::string(to_string(parser.error().code)) + ": " + parser.error().detail + "\n";
      }
      if (state == RequestParser::State::incomplete) continue;
      const HttpRequest& request = parser.request();
      text += method_name(request.method) + " " + std::string(request.target) + " [" +
              std::string(request.content_type) + "] [" + std::string(request.accept) + "] [" +
              std::string(request.body) + (parser.old() ? "] 1.0" : "]") +
              (parser.keep_alive() ? " keep-alive\n" : " close\n");
    }
  }
  switch (parser.phase()) {
    case RequestParser::Phase::idle: return text + "idle\n";
    case RequestParser::Phase::header: return text + "in a header\n";
    case RequestParser::Phase::body: return text + "in a body\n";
  }
  return text;
}

inline std::vector<std::string> cut_every(const std::string& bytes, std::size_t size) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < bytes.size(); at += size) pieces.push_back(bytes.substr(at, size));
  return pieces;
}

inline std::vector<std::string> cut_at_random(const std::string& bytes, Random& random) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < bytes.size();) {
    pieces.push_back(bytes.substr(at, 1 + random.below(random.chance(50) ? 4 : 64)));
    at += pieces.back().size();
  }
  return pieces;
}

}  // namespace tally::net
