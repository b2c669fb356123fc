#include "net/request_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "base/check.h"
#include "net/chunk_decoder.h"

namespace tally::net {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::iequals;
using View = boost::beast::string_view;

// Larger buffers are given back after the request that needed them.
constexpr std::size_t kKeptBytes = 4096;

// Part of a header that may still move: from an offset of the header's first byte.
struct Piece {
  std::size_t offset = 0;
  std::size_t size = 0;
  std::string_view in(std::string_view header) const { return header.substr(offset, size); }
};

// Letters, digits, and those.
class Bytes {
 public:
  explicit constexpr Bytes(std::string_view others) {
    for (char c = '0'; c <= '9'; ++c) allow(c);
    for (char c = 'a'; c <= 'z'; ++c) allow(c);
    for (char c = 'A'; c <= 'Z'; ++c) allow(c);
    for (const char c : others) allow(c);
  }
  constexpr bool contain(char c) const { return allowed_[static_cast<unsigned char>(c)]; }

 private:
  constexpr void allow(char c) { allowed_[static_cast<unsigned char>(c)] = true; }
  std::array<bool, 256> allowed_{};
};

constexpr Bytes kTokenBytes("!#$%&'*+-.^_`|~");
constexpr Bytes kAuthorityBytes("-._~%!$&'()*+,;=:[]");

// reg-name, IPv4, or IPv6 in brackets, with an optional port (RFC 3986, 3.2). Empty is what a target without
// authority asks for.
bool is_authority(View text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return kAuthorityBytes.contain(c); });
}

// Beast reads the request line and the fields. Of what it lets pass, this refuses what two readers might
// understand differently.
class HeaderParser final : public http::basic_parser<true> {
 public:
  HeaderParser() {
    skip(true);  // bodies are read without Beast
    header_limit(std::numeric_limits<std::uint32_t>::max());
  }

  // Takes a whole part of the header: the request line, or the fields with the empty line. It begins `offset`
  // bytes after the header.
  bool put_all(std::string_view part, std::size_t offset) {
    begin_ = part.data() - offset;
    error_code error;
    const std::size_t taken = put(boost::asio::const_buffer(part.data(), part.size()), error);
    if (error == http::error::need_more && taken == part.size() && !is_done()) return true;
    if (!error && is_done()) return true;
    if (refusal_.empty()) refusal_ = error ? refusal_of(error) : "incomplete header";
    return false;
  }

  // Once all fields are in.
  const char* complaint() const {
    if (hosts_ > 1) return "more than one Host field";
    if (hosts_ == 0 && version() == 11) return "no Host field";
    if (lengths_ > 1) return kTwoLengths;
    if (codings_ > 1) return kTwoCodings;
    if (lengths_ > 0 && codings_ > 0) return kLengthAndCoding;
    if (authorizations_ > 1) return "more than one Authorization field";
    if (codings_ > 0 && version() != 11) return "Transfer-Encoding in HTTP/1.0";
    return nullptr;
  }

  const std::string& refusal() const { return refusal_; }
  int version() const { return version_; }
  bool has_chunks() const { return codings_ > 0; }
  std::uint64_t length() const { return length_; }
  bool expects_continue() const { return expects_continue_ && version() == 11; }
  Method method() const { return method_; }

  Piece target;
  Piece content_type;
  Piece content_encoding;
  Piece accept;
  Piece authorization;

 private:
  static constexpr const char* kTwoLengths = "more than one Content-Length field";
  static constexpr const char* kTwoCodings = "more than one Transfer-Encoding field";
  static constexpr const char* kLengthAndCoding = "both Content-Length and Transfer-Encoding";

  // Beast calls the second of two fields that must not be together bad, whatever is in it.
  std::string refusal_of(const error_code& error) const {
    const bool length =
        error == http::error::bad_content_length || error == http::error::multiple_content_length;
    const bool coding = error == http::error::bad_transfer_encoding;
    if ((length && codings_ > 0) || (coding && lengths_ > 0)) return kLengthAndCoding;
    if (length && lengths_ > 0) return kTwoLengths;
    if (coding && codings_ > 0) return kTwoCodings;
    return error.message();
  }

  void on_request_impl(http::verb verb, View, View text, int version, error_code& error) override {
    version_ = version;
    method_ = to_method(verb);
    if (text.front() != '/' && !take_other_target(verb, text)) return refuse("bad target", error);
    if (text.find('#') != View::npos) return refuse("a target with a fragment", error);
    target = piece(text);
  }

  // RFC 9112, 3.2: a server must accept the absolute form; "*" is for OPTIONS; the rest is for proxies.
  static bool take_other_target(http::verb verb, View& text) {
    if (text == "*") return verb == http::verb::options;
    const View scheme = text.substr(0, text.find("://"));
    if (!iequals(scheme, "http") && !iequals(scheme, "https")) return false;
    const std::size_t host = scheme.size() + View("://").size();
    const std::size_t path = text.find('/', std::min(host, text.size()));
    if (path == View::npos || path == host || !is_authority(text.substr(host, path - host))) return false;
    text.remove_prefix(path);
    return true;
  }

  void on_field_impl(http::field field, View, View value, error_code& error) override {
    switch (field) {
      case http::field::host:
        ++hosts_;
        if (!is_authority(value)) refuse("bad Host", error);
        break;
      case http::field::content_length: {
        ++lengths_;  // Beast lets "5, 5" and two equal fields pass
        const auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), length_);
        if (bad != std::errc{} || end != value.data() + value.size()) refuse("bad Content-Length", error);
        break;
      }
      case http::field::transfer_encoding:
        ++codings_;  // Beast lets "gzip, chunked" pass, and "identity"
        if (value != "chunked") refuse("a Transfer-Encoding other than chunked", error);
        break;
      case http::field::content_type: content_type = piece(value); break;
      case http::field::content_encoding:
        if (!iequals(value, "identity")) content_encoding = piece(value);
        break;
      case http::field::accept: accept = piece(value); break;
      case http::field::authorization:
        ++authorizations_;
        authorization = piece(value);
        break;
      case http::field::expect: expects_continue_ = iequals(value, "100-continue"); break;
      default: break;
    }
  }

  void refuse(const char* what, error_code& error) {
    refusal_ = what;
    error = http::error::bad_value;
  }

  Piece piece(View text) const { return {static_cast<std::size_t>(text.data() - begin_), text.size()}; }

  static Method to_method(http::verb verb) {
    switch (verb) {
      case http::verb::get: return Method::get;
      case http::verb::head: return Method::head;
      case http::verb::post: return Method::post;
      case http::verb::put: return Method::put;
      case http::verb::delete_: return Method::del;
      default: return Method::other;
    }
  }

  void on_response_impl(int, View, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}

  const char* begin_ = nullptr;
  std::string refusal_;
  std::uint64_t length_ = 0;
  int version_ = 0;
  int hosts_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  int authorizations_ = 0;
  Method method_ = Method::other;
  bool expects_continue_ = false;
};

void release_if_large(std::string& buffer) {
  if (buffer.capacity() > kKeptBytes) {
    std::string().swap(buffer);
  } else {
    buffer.clear();
  }
}

}  // namespace

class RequestParser::Impl {
 public:
  Impl(std::size_t header_bytes, std::size_t body_bytes)
      : header_bytes_(header_bytes), body_bytes_(body_bytes) {}

  State feed(std::string_view& bytes) {
    TALLY_CHECK(state_ != State::refused);
    if (state_ == State::complete) begin_next();
    if (phase_ != Phase::body) {
      if (bytes.empty()) return State::incomplete;
      state_ = read_header(bytes);
    }
    if (phase_ == Phase::body) state_ = read_body(bytes);
    return state_;
  }

  const HttpRequest& request() const { return request_; }
  const Error& error() const { return error_; }
  bool keep_alive() const { return header_->keep_alive(); }
  bool old() const { return header_->version() == 10; }
  Phase phase() const { return state_ == State::incomplete ? phase_ : Phase::idle; }
  bool expects_continue() const { return header_->expects_continue(); }
  std::size_t held_bytes() const { return head_.capacity() + body_.capacity(); }
  void forget() {
    begin_next();
    state_ = State::refused;
  }

 private:
  void begin_next() {
    state_ = State::incomplete;
    phase_ = Phase::idle;
    header_.reset();
    chunks_.reset();
    release_if_large(head_);
    release_if_large(body_);
    first_ = scanned_ = 0;
  }

  State refuse(Errc code, std::string_view what) {
    error_ = {code, "The request is refused (" + std::string(what) + "): send what RFC 9112 describes."};
    return State::refused;
  }

  State refuse_size(Errc code, std::string_view what, std::size_t limit) {
    error_ = {code, std::string(what) + " is over the limit of " + std::to_string(limit) +
                        " bytes: send less at once."};
    return State::refused;
  }

  // A header that one feed() brought whole is read where it lies. What is still incomplete is kept in head_.
  State read_header(std::string_view& bytes) {
    phase_ = Phase::header;
    const bool kept = !head_.empty();
    const std::size_t before = head_.size();
    if (kept) head_ += bytes.substr(0, header_bytes_ - before);
    const std::string_view seen = kept ? std::string_view(head_) : bytes.substr(0, header_bytes_);
    State state = scan(seen);
    if (state == State::complete) {
      bytes.remove_prefix(scanned_ - before);
      if (kept) head_.resize(scanned_);
      return begin_body(seen.substr(0, scanned_), bytes, kept);
    }
    if (state == State::incomplete && seen.size() == header_bytes_) {
      state = refuse_size(Errc::header_too_large, "The header", header_bytes_);
    }
    if (state == State::incomplete && !kept) head_ = seen;
    bytes.remove_prefix(seen.size() - before);
    return state;
  }

  // Goes on over the lines of the header, and has each part read as soon as it is whole, so that what a line
  // is refused for never depends on how much of what follows it is there already. A fold (a line that begins
  // with a blank) and a bare LF are found here: Beast would join the one, and wait behind the other.
  State scan(std::string_view seen) {
    while (scanned_ < seen.size()) {
      const char start = seen[scanned_];
      const bool in_request_line = scanned_ == first_;
      if (in_request_line && start != '\r' && !kTokenBytes.contain(start))
        return refuse(Errc::malformed, "bad method");
      if (start == ' ' || start == '\t') return refuse(Errc::malformed, "a folded field");

      const std::size_t line_feed = seen.find('\n', scanned_);
      if (line_feed == std::string_view::npos) return State::incomplete;
      if (line_feed == scanned_ || seen[line_feed - 1] != '\r')
        return refuse(Errc::malformed, "bad line ending");
      const bool empty = line_feed - 1 == scanned_;
      scanned_ = line_feed + 1;

      if (in_request_line && empty) {
        first_ = scanned_;  // RFC 9112, 2.2: empty lines before a request are to be ignored
      } else if (in_request_line) {
        header_.emplace();
        fields_ = scanned_;
        if (!header_->put_all(seen.substr(first_, scanned_ - first_), first_)) {
          return refuse(Errc::malformed, header_->refusal());
        }
      } else if (empty) {
        const bool good = header_->put_all(seen.substr(fields_, scanned_ - fields_), fields_);
        return good ? State::complete : refuse(Errc::malformed, header_->refusal());
      }
    }
    return State::incomplete;
  }

  State begin_body(std::string_view head, std::string_view rest, bool kept) {
    if (const char* complaint = header_->complaint()) return refuse(Errc::malformed, complaint);
    if (header_->length() > body_bytes_) return refuse_size(Errc::too_large, "The body", body_bytes_);
    phase_ = Phase::body;
    if (header_->has_chunks()) chunks_.emplace(header_bytes_, body_bytes_);
    // The header has to outlive this feed() if the body does not end within it.
    const bool whole = !chunks_ && rest.size() >= header_->length();
    if (!whole && !kept) {
      head_ = head;
      head = head_;
    }
    request_.method = header_->method();
    request_.target = header_->target.in(head);
    request_.content_type = header_->content_type.in(head);
    request_.content_encoding = header_->content_encoding.in(head);
    request_.accept = header_->accept.in(head);
    request_.authorization = header_->authorization.in(head);
    return State::incomplete;
  }

  State read_body(std::string_view& bytes) {
    if (!chunks_) return read_counted_body(bytes);
    switch (chunks_->decode(bytes, body_)) {
      case ChunkDecoder::State::incomplete: return State::incomplete;
      case ChunkDecoder::State::complete: request_.body = body_; return State::complete;
      case ChunkDecoder::State::malformed: return refuse(Errc::malformed, "bad chunk");
      case ChunkDecoder::State::too_large: return refuse_size(Errc::too_large, "The body", body_bytes_);
    }
    return State::refused;
  }

  State read_counted_body(std::string_view& bytes) {
    const std::size_t missing = header_->length() - body_.size();
    const std::string_view taken = bytes.substr(0, missing);
    bytes.remove_prefix(taken.size());
    if (taken.size() == header_->length()) {
      request_.body = taken;
      return State::complete;
    }
    body_ += taken;
    request_.body = body_;
    return taken.size() == missing ? State::complete : State::incomplete;
  }

  const std::size_t header_bytes_;
  const std::size_t body_bytes_;

  State state_ = State::incomplete;
  Phase phase_ = Phase::idle;
  std::string head_;         // empty, or the header from its first byte
  std::size_t first_ = 0;    // where the request line begins
  std::size_t fields_ = 0;   // where the fields begin
  std::size_t scanned_ = 0;  // where the next line begins
  std::optional<HeaderParser> header_;
  std::optional<ChunkDecoder> chunks_;
  std::string body_;
  HttpRequest request_;
  Error error_{Errc::malformed, {}};
};

RequestParser::RequestParser(std::size_t header_bytes, std::size_t body_bytes)
    : impl_(std::make_unique<Impl>(header_bytes, body_bytes)) {}

RequestParser::~RequestParser() = default;

RequestParser::State RequestParser::feed(std::string_view& bytes) { return impl_->feed(bytes); }
const HttpRequest& RequestParser::request() const { return impl_->request(); }
const Error& RequestParser::error() const { return impl_->error(); }
bool RequestParser::keep_alive() const { return impl_->keep_alive(); }
bool RequestParser::old() const { return impl_->old(); }
RequestParser::Phase RequestParser::phase() const { return impl_->phase(); }
bool RequestParser::expects_continue() const { return impl_->expects_continue(); }
std::size_t RequestParser::held_bytes() const { return impl_->held_bytes(); }
void RequestParser::forget() { impl_->forget(); }

}  // namespace tally::net
