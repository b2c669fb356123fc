#!/usr/bin/env bash
# INCR over the Redis protocol, beside redis-server, by redis-benchmark: bench/resp.sh [TALLY]. In memory, and once on
# disk (`--data` beside `appendfsync always`). Prints a section of Markdown. The servers take turns, and every round is
# one ratio. ROUNDS and SECONDS_EACH change the defaults of 5 and 3, NAMES that of 10,000.
set -euo pipefail
shopt -s inherit_errexit
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
tally=${1-$here/../build/release/tally}
rounds=${ROUNDS-5}
seconds=${SECONDS_EACH-3}
names=${NAMES-10000}
# shellcheck source=bench/serve.sh
. "$here/serve.sh"

declare -A rate # of the run before, so that each takes about as long as the others

# measured NAME PORT PID DEPTH: "adds/s adds/processor second". Only what the server says it counted counts.
measured() {
  local adds=$((${rate[$1.$4]-50000} * seconds)) said before after
  before=$(cpu "$3")
  said=$(timeout $((seconds * 10 + 20)) taskset -c 1 redis-benchmark -p "$2" -c 50 -P "$4" -n "$adds" -r "$names" --csv \
         incr key:__rand_int__ 2>&1 | tail -n 1)
  after=$(cpu "$3")
  awk -F'"' -v adds="$adds" -v cpu="$(awk '{ print $3 + $4 - $1 - $2 }' <<<"$before $after")" '
    $4 <= 0 { print "bench: redis-benchmark said: " $0 >"/dev/stderr"; exit 1 }
    { print $4, adds * 100 / (cpu > 0 ? cpu : 1) }' <<<"$said"
}

# sum PORT: of all counters.
sum() {
  redis-cli -p "$1" --scan | awk '{ print "GET " $0 }' | redis-cli -p "$1" | awk '{ sum += $1 } END { printf "%d\n", sum }'
}

# compared MODE TALLY-OPTIONS -- REDIS-OPTIONS: rounds of both, as lines for ratios.awk.
compared() {
  local mode=$1 ours=() tally_port redis_port tally_pid redis_pid depth round a b
  shift
  while [ "$1" != -- ]; do ours+=("$1"); shift; done
  shift
  mkdir -p "$scratch/$mode"
  tally_port=$(free_port)
  start "$tally_port" "$tally" server --id bench --listen 127.0.0.1:0 --resp "127.0.0.1:$tally_port" --threads 1 "${ours[@]}"
  tally_pid=${pids[-1]}
  redis_port=$(free_port)
  start "$redis_port" redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$scratch/$mode" --save '' "$@"
  redis_pid=${pids[-1]}
  for _ in {1..100}; do
    [ "$(redis-cli -p "$tally_port" ping)" = PONG ] && [ "$(redis-cli -p "$redis_port" ping)" = PONG ] && break
    sleep 0.1
  done
  for depth in 1 16 64; do
    for ((round = -1; round < rounds; round++)); do
      a=$(measured tally "$tally_port" "$tally_pid" "$depth") || exit
      b=$(measured redis "$redis_port" "$redis_pid" "$depth") || exit
      rate[tally.$depth]=$(awk '{ print int($1) + 1 }' <<<"$a")
      rate[redis.$depth]=$(awk '{ print int($1) + 1 }' <<<"$b")
      # The first is to warm, and to know the rates.
      [ "$round" -lt 0 ] || echo "$mode.$depth $a $b"
      echo "resp.sh: $mode, $depth in flight each, round $((round + 1)) of $rounds" >&2
    done
  done
  # Every reply was an add: what Redis counted of as many shows that the load was the same.
  echo "resp.sh: $mode: Tally counted $(sum "$tally_port"), Redis $(sum "$redis_port")" >&2
  kill "$tally_pid" "$redis_pid"
  timeout 15 tail --pid="$tally_pid" --pid="$redis_pid" -f /dev/null || true
}

{
  compared memory --
  rate=()
  compared disk --data "$scratch/tally" -- --appendonly yes --appendfsync always
} >"$scratch/rounds"

cat <<END
## INCR over the Redis protocol, beside redis-server

redis-benchmark with 50 connections and $names names, the same for both. memory: \`ack=memory\`, beside Redis without a disk. disk: replies
once on disk, beside \`appendfsync always\`. Each server on processor 0, redis-benchmark on processor 1, where it is the slower one of the
two from 16 in flight on, so that only the rate per processor second tells; $rounds rounds of about $seconds s in turns. Medians of the ratios of
one round, in brackets the lowest and highest.

| acknowledged by | in flight on each | wall rate | per server processor second |
| --- | ---: | --- | --- |
END
awk -f "$here/ratios.awk" "$scratch/rounds"
