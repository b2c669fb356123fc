#!/usr/bin/env bash
# How long a reply takes at a fixed rate of requests, beside the peers: bench/latency.sh [TALLY]. Prints a section of Markdown.
# The servers take turns. LATE changes by how much the generator itself may be late, 1ms: more on a busy machine, to see
# whether all works.
# shellcheck source=bench/serve.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/serve.sh"
late=${LATE-1ms}

# at_rate WHERE RATE WHO PROTOCOL PORT: one round of one row, "WHERE|RATE|WHO|p50 p99 p99.9 max"; "late", when it was the
# generator that could not keep up.
at_rate() {
  local said status=0
  said=$(taskset -c 1 "$generator" "$4" "127.0.0.1:$5" --rate "$2" --names "$names" --warm-up "$warm_up" \
         --late "$late" --for "${seconds}s") || status=$?
  case $status in
    0) echo "$1|$2|$3|$(awk '{ is[$1] = $2 } END { print is["p50_us"], is["p99_us"], is["p99.9_us"], is["max_us"] }' <<<"$said")" ;;
    3) echo "$1|$2|$3|late" ;;
    *) return 1 ;;
  esac
}

start_tally --ack memory
start_redis --appendonly no
start_memcached
start_nginx
for rate in 10000 50000 100000; do
  for ((round = 1; round <= rounds; round++)); do
    at_rate 'in memory' $rate 'Tally INCR' resp-incr "$tally_resp"
    at_rate 'in memory' $rate 'Redis INCR' resp-incr "$redis_port"
    at_rate 'in memory' $rate 'memcached incr' memcached-incr "$memcached_port"
    at_rate 'in memory' $rate 'Tally HTTP add' http-add "$tally_http"
    at_rate 'in memory' $rate 'nginx return 200' http-200 "$nginx_port"
    progress "in memory, $rate/s, round $round of $rounds"
  done
done >"$scratch/rounds"
stop "$tally_pid" "$redis_pid" "$memcached_pid" "$nginx_pid"

start_tally --data "$scratch/tally"
start_redis --appendonly yes --appendfsync always
for rate in 5000 20000; do
  for ((round = 1; round <= rounds; round++)); do
    at_rate 'on disk' $rate 'Tally INCR' resp-incr "$tally_resp"
    at_rate 'on disk' $rate 'Redis, appendfsync always' resp-incr "$redis_port"
    at_rate 'on disk' $rate 'Tally HTTP add' http-add "$tally_http"
    progress "on disk, $rate/s, round $round of $rounds"
  done
done >>"$scratch/rounds"

cat <<END
## Latency at fixed rates

How long a reply takes, in microseconds, when requests come at a fixed rate over 50 connections, whether or not earlier ones were answered
(\`tally_load --rate\`). It counts from the moment at which a request was meant to leave: a server that stalls delays all that are due
meanwhile, and none of them is left out. Half of the requests were answered within p50, 99 of a hundred within p99, 999 of a thousand
within p99.9. Medians of $rounds rounds of $seconds s, in which the servers take turns; of the greatest, the greatest. Where the generator
itself sent more than one request in a hundred later than $late after that moment, the round says nothing of the server, and does not count.

| adds acknowledged | requests a second | | p50 | p99 | p99.9 | greatest | rounds that count |
| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |
END
awk -F'|' '
  function median(figure, n,    i, j, t) {
    for (i = 2; i <= n; i++) for (j = i; j > 1 && values[figure, j - 1] > values[figure, j]; j--) {
      t = values[figure, j]; values[figure, j] = values[figure, j - 1]; values[figure, j - 1] = t
    }
    return n % 2 ? values[figure, (n + 1) / 2] : (values[figure, n / 2] + values[figure, n / 2 + 1]) / 2
  }
  {
    kind = $1 " | " $2 " | " $3
    if (!(kind in rounds)) order[++kinds] = kind
    rounds[kind]++
    if ($4 != "late") said[kind, ++good[kind]] = $4
  }
  END {
    for (k = 1; k <= kinds; k++) {
      kind = order[k]
      n = good[kind] + 0
      if (n == 0) { printf "| %s | | | | | 0 of %d |\n", kind, rounds[kind]; continue }
      greatest = 0
      for (i = 1; i <= n; i++) {
        split(said[kind, i], is, " ")
        for (figure = 1; figure <= 3; figure++) values[figure, i] = is[figure] + 0
        if (is[4] + 0 > greatest) greatest = is[4] + 0
      }
      printf "| %s | %.0f | %.0f | %.0f | %.0f | %d of %d |\n", kind, median(1, n), median(2, n), median(3, n), greatest,
        n, rounds[kind]
    }
  }' "$scratch/rounds"
