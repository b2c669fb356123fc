#!/usr/bin/env bash
# INCR over the Redis protocol, in memory, beside redis-server and memcached: bench/resp.sh [TALLY]. By our own generator, and
# by redis-benchmark. Prints a section of Markdown. The servers take turns, and every round is one ratio.
# shellcheck source=bench/serve.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/serve.sh"

start_tally --ack memory
start_redis --appendonly no
start_memcached

for depth in 1 16 64; do
  for ((round = 1; round <= rounds; round++)); do
    ours=$(load "$tally_pid" resp-incr "$tally_resp" --in-flight $depth)
    redis=$(load "$redis_pid" resp-incr "$redis_port" --in-flight $depth)
    memcached=$(load "$memcached_pid" memcached-incr "$memcached_port" --in-flight $depth)
    row 'INCR' 'Redis INCR' 50 $depth "$ours" "$redis"
    row 'INCR' 'memcached incr' 50 $depth "$ours" "$memcached" >>"$scratch/beside-memcached"
    progress "$depth in flight, round $round of $rounds"
  done
done >"$scratch/beside-redis"
all_counted Tally "$tally_resp" "$tally_resp"
all_counted Redis "$redis_port" "$redis_port"
stop "$memcached_pid"

by_redis_benchmark 'INCR by redis-benchmark' 'Redis INCR' >"$scratch/by-redis-benchmark"

cat <<END
## INCR over the Redis protocol, in memory

By our own generator (\`tally_load\`) and by redis-benchmark, which is slower than the servers from 16 in flight on: there only what an add costs
the server tells. 50 connections, $names names, drawn at random; memcached, whose \`incr\` makes no names, has them all before.

$(how_to_read)

END
cat "$scratch/beside-redis" "$scratch/by-redis-benchmark" "$scratch/beside-memcached" | awk -f "$here/ratios.awk"
