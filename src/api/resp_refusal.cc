#include "api/resp_refusal.h"

#include <algorithm>

#include "api/resp_command.h"
#include "api/text.h"

namespace tally {

namespace {

struct Family {
  std::string_view commands;  // words with a space between
  std::string_view why;
};

// All that Redis 7.0 lists (COMMAND LIST) and we do not serve.
constexpr Family kFamilies[] = {
    {"set setex psetex setnx mset msetnx getset getdel getex setrange setbit append bitfield bitop restore "
     "restore-asking",
     "many servers change a counter at once, so none of them can set it. Nothing was counted. Add the "
     "difference "
     "with INCRBY or DECRBY."},
    {"incrbyfloat", "counts are integers. Nothing was counted. Use INCRBY with a smaller unit."},
    {"del unlink rename renamenx move copy expire expireat pexpire pexpireat persist flushall flushdb swapdb "
     "migrate sort",
     "a counter stays, since another server may be adding to it now. Nothing was changed. Count under a new "
     "name."},
    {"keys randomkey type object touch dump ttl pttl expiretime pexpiretime strlen getrange substr getbit "
     "bitcount bitpos bitfield_ro lcs sort_ro",
     "a counter has a name and a value. Use GET, MGET, EXISTS and SCAN."},
    {"hdel hexists hget hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hset hsetnx "
     "hstrlen hvals blmove blmpop blpop brpop brpoplpush lindex linsert llen lmove lmpop lpop lpos lpush "
     "lpushx "
     "lrange lrem lset ltrim rpop rpoplpush rpush rpushx sadd scard sdiff sdiffstore sinter sintercard "
     "sinterstore sismember smembers smismember smove spop srandmember srem sscan sunion sunionstore bzmpop "
     "bzpopmax bzpopmin zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount "
     "zmpop zmscore zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem "
     "zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank "
     "zscan "
     "zscore zunion zunionstore xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange xread "
     "xreadgroup xrevrange xsetid xtrim geoadd geodist geohash geopos georadius georadius_ro "
     "georadiusbymember "
     "georadiusbymember_ro geosearch geosearchstore pfadd pfcount pfdebug pfmerge pfselftest",
     "there are counters here and no other types. Nothing was counted. Use INCRBY on a name for each field "
     "or "
     "member."},
    {"multi watch unwatch",
     "adds on different servers never wait for one another, as a transaction would. Nothing was counted. "
     "Each add is "
     "atomic: send them without MULTI (redis-py: pipeline(transaction=False)). POST /v1/counters adds to "
     "many "
     "counters, all or none."},
    {"exec discard", "there are no transactions, and here was no MULTI."},
    {"eval eval_ro evalsha evalsha_ro fcall fcall_ro function script",
     "there are no scripts. Nothing was counted. Use INCRBY, whose reply is the new value."},
    {"publish subscribe psubscribe ssubscribe spublish unsubscribe punsubscribe sunsubscribe pubsub monitor",
     "there are no channels. Use GET to see a value."},
    {"asking readonly readwrite reset role time wait",
     "it has no meaning for a counting server: each one takes adds and reads, alone and at once."},
    {"acl bgrewriteaof bgsave cluster config debug failover lastsave latency lolwut memory module "
     "psync "
     "replconf replicaof save shutdown slaveof slowlog sync",
     "a counting server is run by its options and signals. Use 'tally server --help', and GET /metrics over "
     "HTTP or INFO for its figures."},
};

bool contains(std::string_view commands, std::string_view name) {
  while (!commands.empty()) {
    if (equal_ignoring_case(take_until(commands, ' '), name)) return true;
  }
  return false;
}

}  // namespace

std::string refusal_of_command(std::string_view name) {
  const auto family = std::find_if(std::begin(kFamilies), std::end(kFamilies),
                                   [name](const Family& f) { return contains(f.commands, name); });
  if (family == std::end(kFamilies)) return {};
  return "ERR " + in_capitals(name) + " is not served: " + std::string(family->why);
}

}  // namespace tally
