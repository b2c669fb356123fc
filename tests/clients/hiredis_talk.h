// A connection of hiredis, and replies that free themselves.
#pragma once

#include <memory>
#include <string>

#include <hiredis/hiredis.h>

namespace tally::e2e {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};

// One thread at a time. A reply is null where the connection has ended.
class HiredisTalk {
 public:
  explicit HiredisTalk(int port) : context_(redisConnect("127.0.0.1", port)) {
    const timeval patience{60, 0};
    redisSetTimeout(context_.get(), patience);
  }

  // As redisCommand(3) formats it.
  template <class... Arguments>
  Reply say(const char* format, Arguments... arguments) {
    return Reply(static_cast<redisReply*>(redisCommand(context_.get(), format, arguments...)));
  }
  template <class... Arguments>
  void append(const char* format, Arguments... arguments) {
    redisAppendCommand(context_.get(), format, arguments...);
  }
  // Sends what was appended, and takes the next reply.
  Reply next() {
    void* reply = nullptr;
    return redisGetReply(context_.get(), &reply) == REDIS_OK ? Reply(static_cast<redisReply*>(reply))
                                                             : Reply();
  }
  std::string error() const { return context_->errstr; }

 private:
  std::unique_ptr<redisContext, FreeContext> context_;
};

inline std::string text_of(const Reply& reply) { return reply ? std::string(reply->str, reply->len) : ""; }

}  // namespace tally::e2e
