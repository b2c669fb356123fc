#!/usr/bin/env bash
# What it costs servers that somebody watches them: three of them and their balancer, adds as fast as one of them takes them,
# with and without a page that shows it all: bench/dashboard.sh [TALLY]. Prints a section of Markdown.
NAMES=${NAMES-100000}
# shellcheck source=bench/serve.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/serve.sh"

balancer=$(free_port)
start "$balancer" "$tally" balancer --listen "127.0.0.1:$balancer"
for id in c b a; do
  http=$(free_port)
  resp=$(free_port)
  start "$http" "$tally" server --id "$id" --threads 1 --ack memory --listen "127.0.0.1:$http" \
        --resp "127.0.0.1:$resp" --balancer "http://127.0.0.1:$balancer"
  until_true "that server $id is ready" curl -fsS "http://127.0.0.1:$http/readyz"
done
loaded_pid=$pid loaded=$resp

# while_watched COMMAND...: while somebody watches, whose events go to $scratch/events.
while_watched() {
  local status=0
  taskset -c 1 curl -sSN -o "$scratch/events" "http://127.0.0.1:$balancer/v1/events?counter=key:000000000007&server=a" &
  local watcher=$!
  "$@" || status=$?
  kill "$watcher"
  wait "$watcher" 2>/dev/null || true
  return "$status"
}

looks=
seconds_watched=0
for ((round = 1; round <= rounds; round++)); do
  for depth in 1 16; do
    began=$(date +%s)
    watched=$(while_watched load "$loaded_pid" resp-incr "$loaded" --in-flight $depth)
    seconds_watched=$((seconds_watched + $(date +%s) - began))
    looks=$((looks + $(grep -c '^event: cluster' "$scratch/events")))
    alone=$(load "$loaded_pid" resp-incr "$loaded" --in-flight $depth)
    row 'INCR while somebody watches' 'the same while nobody does' 50 $depth "$watched" "$alone"
  done
  progress "round $round of $rounds"
done >"$scratch/rounds"
all_counted Tally "$loaded" "$loaded"

cat <<END
## A dashboard that is looked at

Three counting servers and their balancer share processor 0; one of the servers takes INCR of $names names, and a client that does what the page does
watches everything, and one counter closely. It was told of the cluster $looks times in $seconds_watched s.

$(how_to_read)

END
awk -f "$here/ratios.awk" "$scratch/rounds"
