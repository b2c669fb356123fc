#include "api/resp_parser.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "api/resp_inline.h"
#include "api/resp_integer.h"
#include "base/check.h"

namespace tally {

namespace {

constexpr std::size_t kFewestBytesOfAnArgument = 6;  // "$0\r\n\r\n"

// Takes the digits of a length, '\r' and the byte behind it. False, and who knows how far `at` got, where
// that is not all there, or not as it nearly always is.
inline bool take_length(const char*& at, const char* end, std::size_t& length) {
  if (end - at < 3) return false;
  length = static_cast<unsigned char>(*at - '0');
  if (length > 9) return false;
  if (at[1] != '\r') {
    constexpr std::size_t kMuch = 100'000'000;
    if (length == 0) return false;
    for (++at; at < end; ++at) {
      const auto digit = static_cast<unsigned char>(*at - '0');
      if (digit > 9) break;
      length = length * 10 + digit;
      if (length > kMuch) return false;
    }
    if (end - at < 2 || *at != '\r') return false;
    at += 2;
    return true;
  }
  at += 3;
  return true;
}

}  // namespace

RespParser::State RespParser::feed(std::string_view& bytes) {
  if (step_ == Step::start) {
    give_back();
    count_ = take_whole(bytes, [&](std::size_t count) { return room_for(count, bytes.size()); });
    if (count_ > 0) return State::complete;
  }
  return take_parts(bytes);
}

void RespParser::look_ahead(std::string_view bytes, RespBurst& burst) {
  burst.size_ = 0;
  if (step_ != Step::start) return;
  give_back();
  std::string_view* next = burst.arguments_.data();
  std::size_t room = burst.arguments_.size();
  while (burst.size_ < burst.commands_.size()) {
    const std::size_t before = bytes.size();
    const std::size_t count = take_whole(bytes, [&](std::size_t c) { return c <= room ? next : nullptr; });
    if (count == 0) return;
    burst.commands_[burst.size_++] = {{next, count}, before - bytes.size()};
    next += count;
    room -= count;
  }
}

// Where feed() puts arguments; null where `bytes` are too few for so many.
std::string_view* RespParser::room_for(std::size_t count, std::size_t bytes) {
  if (count > arguments_.size()) {
    if (count > bytes / kFewestBytesOfAnArgument) return nullptr;
    arguments_.resize(count);
  }
  return arguments_.data();
}

// The hot path: a whole command, in the form in which clients write it. Returns how many arguments it has, 0
// where there is none, or no room for them. Whatever else it may be is left to take_parts(), from the
// command's first byte.
template <class RoomFor>
inline std::size_t RespParser::take_whole(std::string_view& bytes, RoomFor room_for) const {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  if (at == end || *at != '*') return 0;
  ++at;
  std::size_t count = 0;
  if (!take_length(at, end, count) || count == 0 || count > most_arguments_) return 0;
  std::string_view* const arguments = room_for(count);
  if (arguments == nullptr) return 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (at == end || *at != '$') return 0;
    ++at;
    std::size_t size = 0;
    if (!take_length(at, end, size) || static_cast<std::size_t>(end - at) < size + 2) return 0;
    arguments[i] = {at, size};
    at += size + 2;  // unseen: Redis does not look at what follows a payload either
  }
  const auto taken = static_cast<std::size_t>(at - bytes.data());
  if (taken > most_bytes_) return 0;
  bytes.remove_prefix(taken);
  return count;
}

RespParser::State RespParser::take_parts(std::string_view& bytes) {
  while (!bytes.empty()) {
    switch (step_) {
      case Step::start: start(bytes.front()); break;
      case Step::count_line:
        if (take_line(bytes)) take_count();
        break;
      case Step::size_line:
        if (take_line(bytes)) take_size();
        break;
      case Step::payload:
      case Step::payload_end: take_payload(bytes); break;
      case Step::inline_line: take_inline(bytes); break;
      case Step::refused: return State::refused;
    }
    if (done_) return finish();
  }
  return step_ == Step::refused ? State::refused : State::incomplete;
}

void RespParser::start(char first) {
  step_ = first == '*' ? Step::count_line : Step::inline_line;
  done_ = false;
  too_large_ = false;
  line_ = {};
  ended_ = 0;
  bytes_ = 0;
  kept_.clear();
  sizes_.clear();
}

// True once the line is whole.
bool RespParser::take_line(std::string_view& bytes) {
  while (!bytes.empty()) {
    const char c = bytes.front();
    if (line_.ended) {
      bytes.remove_prefix(1);
      return true;
    }
    if (c == '\r') {
      line_.ended = true;
    } else {
      if (line_.size == kMostLineBytes) {
        refuse(step_ == Step::count_line ? "too big mbulk count string" : "too big bulk count string");
        return false;
      }
      if (line_.size < sizeof line_.text) line_.text[line_.size] = c;
      ++line_.size;
    }
    bytes.remove_prefix(1);
  }
  return false;
}

void RespParser::take_count() {
  const bool a_number = line_.size <= sizeof line_.text;
  const auto count = a_number ? parse_resp_integer(line_.number()) : std::nullopt;
  if (!count || *count > std::numeric_limits<std::int32_t>::max()) return refuse("invalid multibulk length");
  line_ = {};
  step_ = *count > 0 ? Step::size_line : Step::start;
  expected_ = static_cast<std::size_t>(std::max<std::int64_t>(*count, 0));
  if (expected_ > most_arguments_) drop();
}

void RespParser::take_size() {
  // An empty line's first byte is its end.
  const char first = line_.size == 0 ? '\r' : line_.text[0];
  if (first != '$') {
    const bool shown = first != '\r' && first != '\n' && first != '\0';
    return refuse(std::string("expected '$', got '") + (shown ? first : ' ') + "'");
  }
  const bool a_number = line_.size <= sizeof line_.text;
  const auto size = a_number ? parse_resp_integer(line_.number()) : std::nullopt;
  if (!size || *size < 0 || *size > kMostBulkBytes) return refuse("invalid bulk length");
  line_ = {};
  left_ = static_cast<std::size_t>(*size);
  bytes_ += left_;
  if (bytes_ > most_bytes_) drop();
  if (!too_large_) sizes_.push_back(left_);
  step_ = Step::payload;
}

void RespParser::take_payload(std::string_view& bytes) {
  const std::size_t taken = std::min(left_, bytes.size());
  if (step_ == Step::payload && !too_large_) kept_.append(bytes, 0, taken);
  bytes.remove_prefix(taken);
  left_ -= taken;
  if (left_ > 0) return;
  if (step_ == Step::payload) {
    left_ = 2;
    step_ = Step::payload_end;
    return;
  }
  step_ = Step::size_line;
  done_ = ++ended_ == expected_;
}

void RespParser::take_inline(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t size = std::min(end, bytes.size());
  if (kept_.size() + size > kMostLineBytes) return refuse("too big inline request");
  kept_.append(bytes, 0, size);
  bytes.remove_prefix(size);
  if (end == std::string_view::npos) return;
  bytes.remove_prefix(1);
  if (!split_inline(kept_, arguments_)) return refuse("unbalanced quotes in request");
  count_ = arguments_.size();
  // A line without words asks for nothing.
  step_ = Step::start;
  done_ = count_ > 0;
  const auto sum = [](std::size_t before, std::string_view word) { return before + word.size(); };
  too_large_ = count_ > most_arguments_ ||
               std::accumulate(arguments_.begin(), arguments_.end(), std::size_t{0}, sum) > most_bytes_;
}

void RespParser::drop() {
  too_large_ = true;
  kept_.clear();
  sizes_.clear();
  give_back();
}

RespParser::State RespParser::finish() {
  const bool inline_words = step_ == Step::start;
  step_ = Step::start;
  done_ = false;
  if (too_large_) {
    count_ = 0;
    return State::too_large;
  }
  if (inline_words) return State::complete;
  TALLY_CHECK(sizes_.size() == expected_);
  count_ = expected_;
  if (count_ > arguments_.size()) arguments_.resize(count_);
  const char* at = kept_.data();
  for (std::size_t i = 0; i < count_; ++i) {
    arguments_[i] = {at, sizes_[i]};
    at += sizes_[i];
  }
  return State::complete;
}

void RespParser::refuse(std::string_view why) {
  refusal_ = "Protocol error: ";
  refusal_ += why;
  step_ = Step::refused;
  count_ = 0;
}

void RespParser::forget() {
  drop();
  step_ = Step::refused;
  count_ = 0;
}

// Larger memory than is kept between commands.
void RespParser::give_back() {
  if (kept_.capacity() > kFewBytes) std::string().swap(kept_);
  if (sizes_.capacity() > kFewArguments) std::vector<std::size_t>().swap(sizes_);
  if (arguments_.capacity() > kFewArguments) std::vector<std::string_view>(kUsualArguments).swap(arguments_);
}

std::size_t RespParser::held_bytes() const {
  return kept_.capacity() + sizes_.capacity() * sizeof(std::size_t) +
         arguments_.capacity() * sizeof(std::string_view);
}

}  // namespace tally
