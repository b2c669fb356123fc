#!/usr/bin/env bash
# Adds over HTTP, in memory: beside nginx's `return 200` under the same bytes, and beside Redis's INCR: bench/http.sh [TALLY].
# Prints a section of Markdown. The servers take turns, and every round is one ratio.
# shellcheck source=bench/serve.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/serve.sh"

start_tally --ack memory
start_nginx
start_redis --appendonly no

# What is measured stands in a variable first: a failure within an argument would go unnoticed.
for ((round = 1; round <= rounds; round++)); do
  for depth in 1 16; do
    ours=$(load "$tally_pid" http-add "$tally_http" --in-flight $depth)
    nginx=$(load "$nginx_pid" http-200 "$nginx_port" --in-flight $depth)
    row 'HTTP add' 'nginx return 200' 50 $depth "$ours" "$nginx"
  done
  redis=$(load "$redis_pid" resp-incr "$redis_port" --in-flight 16)
  row 'HTTP add' 'Redis INCR' 50 16 "$ours" "$redis"
  batch=$(load "$tally_pid" http-batch "$tally_http")
  redis=$(load "$redis_pid" resp-incr "$redis_port" --in-flight 64)
  row 'HTTP batch of 1,000 adds' 'Redis INCR, 64 in flight' 50 1 "$batch" "$redis"
  progress "round $round of $rounds"
done >"$scratch/rounds"
all_counted Tally "$tally_resp" "$tally_http"
all_counted Redis "$redis_port" "$redis_port"

cat <<END
## Adds over HTTP, in memory

\`POST /v1/counters/NAME\` of $names names, drawn at random, by our own generator (\`tally_load\`), which sends the same bytes to nginx. A request
in flight is one that waits for its reply; all that a connection may have in flight leave in one write, and the next when all of them are
answered. A batch is one \`POST /v1/counters\` of 1,000 adds.

$(how_to_read)

END
awk -f "$here/ratios.awk" "$scratch/rounds"
