#!/usr/bin/env bash
# Adds that are acknowledged once on disk, beside Redis with `appendfsync always`, PostgreSQL's upserts and etcd's puts, all on
# one disk: bench/durable.sh [TALLY]. Prints a section of Markdown. The servers take turns, and every round is one ratio.
# shellcheck source=bench/serve.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/serve.sh"

# upserts CONNECTIONS: by pgbench, of as many rows as others have names.
upserts() {
  local before after said adds
  before=$(cpu "$postgres_pid")
  said=$(as_postgres taskset -c 1 pgbench -n -h "$scratch/pg" -p "$postgres_port" -c "$1" -j 1 -T "$seconds" \
         -f "$scratch/upsert.sql" postgres 2>&1)
  after=$(cpu_at_rest "$postgres_pid")
  grep -q '^number of failed transactions: 0 ' <<<"$said" || { echo "bench: pgbench said: $said" >&2; return 1; }
  adds=$(awk '/^number of transactions actually/ { print $NF }' <<<"$said")
  cost "$before" "$after" "$(awk '/^tps/ { print $3 }' <<<"$said")" "$adds"
}

start_tally --data "$scratch/tally"
start_redis --appendonly yes --appendfsync always
start_postgres
start_etcd
cat >"$scratch/upsert.sql" <<END
\set n random(1, $names)
INSERT INTO counters VALUES (:n, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1;
END
chmod 644 "$scratch/upsert.sql"

for how in '50 1' '50 16' '50 64' '500 1'; do
  read -r connections depth <<<"$how"
  options=(--connections "$connections" --in-flight "$depth")
  for ((round = 1; round <= rounds; round++)); do
    redis=$(load "$redis_pid" resp-incr "$redis_port" "${options[@]}")
    resp=$(load "$tally_pid" resp-incr "$tally_resp" "${options[@]}")
    http=$(load "$tally_pid" http-add "$tally_http" "${options[@]}")
    row 'INCR' 'Redis, appendfsync always' "$connections" "$depth" "$resp" "$redis"
    row 'HTTP add' 'Redis, appendfsync always' "$connections" "$depth" "$http" "$redis" >>"$scratch/http"
    if [ "$how" = '50 1' ]; then
      postgres=$(upserts 50)
      etcd=$(load "$etcd_pid" etcd-put "$etcd_port" "${options[@]}")
      row 'HTTP add' 'PostgreSQL upsert' 50 1 "$http" "$postgres" >>"$scratch/others"
      row 'HTTP add' 'etcd put' 50 1 "$http" "$etcd" >>"$scratch/others"
    fi
    progress "$connections connections, $depth in flight on each, round $round of $rounds"
  done
done >"$scratch/resp"
all_counted Tally "$tally_resp" "$tally_resp" "$tally_http"
all_counted Redis "$redis_port" "$redis_port"
stop "$postgres_pid" "$etcd_pid"

by_redis_benchmark 'INCR by redis-benchmark' 'Redis, appendfsync always' >"$scratch/by-redis-benchmark"

cat <<END
## Durable adds

Each reply waits until its add is on disk. All on one disk, $names names, drawn at random. Redis: \`INCR\` with \`appendfsync always\`.
PostgreSQL: upserts, \`synchronous_commit\` on, by pgbench. etcd: \`POST /v3/kv/put\` of one server alone, through its JSON gateway.

$(how_to_read)

END
cat "$scratch/resp" "$scratch/by-redis-benchmark" "$scratch/http" "$scratch/others" | awk -f "$here/ratios.awk"
