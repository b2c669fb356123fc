#!/usr/bin/env bash
# How many durable adds a counting server acknowledges, beside Redis with `appendfsync always` and PostgreSQL upserts under
# the same number of clients, all on one disk: bench/durable.sh [TALLY]. Prints a section of Markdown. The servers take
# turns, and every round is one ratio. ROUNDS and SECONDS_EACH change the defaults of 5 and 3.
set -euo pipefail
shopt -s inherit_errexit
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
tally=${1-$here/../build/release/tally}
rounds=${ROUNDS-5}
seconds=${SECONDS_EACH-3}
# shellcheck source=bench/serve.sh
. "$here/serve.sh"

# Each prints "adds seconds": what was acknowledged, and how long that took.
ask_tally() { # CONNECTIONS DEPTH
  local said bad answers
  said=$(timeout $((seconds + 20)) taskset -c 1 wrk -t1 -c"$1" -d"${seconds}s" -s "$here/post.lua" \
         "http://127.0.0.1:$tally_port/v1/counters/x" -- "$2")
  read -r _ answers _ bad <<<"$(grep '^answers ' <<<"$said")"
  [ "$bad" -eq 0 ] || { printf 'bench: not every answer was a good one:\n%s\n' "$said" >&2; return 1; }
  echo "$answers $seconds"
}

redis_rate=20000 # of the run before, so that a run takes about as long as the others'
ask_redis() {
  local adds=$((redis_rate * seconds)) said before after rate
  before=$(redis-cli -p "$redis_port" get x)
  said=$(taskset -c 1 redis-benchmark -p "$redis_port" -c "$1" -P "$2" -n "$adds" --csv incr x 2>&1 | tail -n 1)
  after=$(redis-cli -p "$redis_port" get x)
  # It asks a little more than it was told to, in the last of the pipelines.
  [ $((after - ${before:-0})) -ge "$adds" ] || { echo "bench: Redis counted $before to $after, not $adds." >&2; return 1; }
  rate=$(awk -F'"' '{ print int($4) }' <<<"$said")
  [ "$rate" -gt 0 ] || { echo "bench: redis-benchmark said: $said" >&2; return 1; }
  echo "$((after - ${before:-0})) $(awk -v n="$adds" -v r="$rate" 'BEGIN { print n / r }')"
}

ask_postgres() {
  local said
  said=$("${as[@]}" taskset -c 1 pgbench -n -h "$scratch/pg" -p "$postgres_port" -c "$1" -j 1 -T "$seconds" \
         -f "$scratch/upsert.sql" postgres 2>&1)
  grep -q '^number of failed transactions: 0 ' <<<"$said" || { echo "bench: pgbench: $said" >&2; return 1; }
  echo "$(awk '/^number of transactions actually/ { print $NF }' <<<"$said") $seconds"
}

# measured NAME PID CONNECTIONS DEPTH: "adds/s adds/processor second".
measured() {
  local before after adds took
  before=$(cpu "$2")
  read -r adds took <<<"$("ask_$1" "$3" "$4")"
  after=$(cpu "$2")
  awk -v adds="$adds" -v took="$took" '{ print adds / took, adds * 100 / ($3 + $4 - $1 - $2) }' <<<"$before $after"
}

# PostgreSQL does not run as root.
as=(env)
[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)

tally_port=$(free_port)
start "$tally_port" "$tally" server --id bench --listen "127.0.0.1:$tally_port" --threads 1 --data "$scratch/tally"
tally_pid=${pids[-1]}
redis_port=$(free_port)
mkdir "$scratch/redis"
start "$redis_port" redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$scratch/redis" --save '' \
      --appendonly yes --appendfsync always
redis_pid=${pids[-1]}
postgres_port=$(free_port)
mkdir "$scratch/pg"
[ "$(id -u)" -ne 0 ] || { chmod 711 "$scratch"; chown postgres: "$scratch/pg"; }
cat >"$scratch/upsert.sql" <<'END'
\set n random(1, 10000)
INSERT INTO counters VALUES (:n, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1;
END
chmod 644 "$scratch/upsert.sql"
"${as[@]}" initdb -A trust -D "$scratch/pg/data" >"$scratch/initdb.log"
start "$postgres_port" "${as[@]}" postgres -D "$scratch/pg/data" -k "$scratch/pg" -p "$postgres_port" -h 127.0.0.1
postgres_pid=${pids[-1]}
for _ in {1..100}; do
  "${as[@]}" psql -q -h "$scratch/pg" -p "$postgres_port" postgres \
    -c 'CREATE TABLE IF NOT EXISTS counters (name int PRIMARY KEY, value bigint)' 2>/dev/null && break
  sleep 0.1
done
for _ in {1..100}; do
  curl -fsS -o "$scratch/ready" "http://127.0.0.1:$tally_port/readyz" 2>/dev/null && break
  sleep 0.1
done

for load in '50 1' '500 1' '50 16' '50 64'; do
  read -r connections depth <<<"$load"
  for ((round = 0; round < rounds; round++)); do
    # shellcheck disable=SC2086 # two words
    ours=$(measured tally "$tally_pid" $load) || exit
    # shellcheck disable=SC2086
    theirs=$(measured redis "$redis_pid" $load) || exit
    redis_rate=$(awk '{ print int($1) + 1 }' <<<"$theirs")
    echo "$connections.$depth.redis $ours $theirs"
    if [ "$load" = '50 1' ]; then
      # shellcheck disable=SC2086
      echo "$connections.$depth.postgres $ours $(measured postgres "$postgres_pid" $load)"
    fi
    echo "durable.sh: $connections connections, $depth in flight each, round $((round + 1)) of $rounds" >&2
  done
done >"$scratch/rounds"

cat <<END
## Durable adds: POST /v1/counters/x with \`ack=disk\` beside Redis and PostgreSQL

Acknowledged adds, once on disk. Redis: \`INCR x\` with \`appendfsync always\`, by redis-benchmark. PostgreSQL: upserts of one of
10,000 rows, by pgbench, \`synchronous_commit\` on. All on one disk, each server on processor 0, whoever asks on processor 1;
$rounds rounds of $seconds s in turns. Medians of the ratios of one round, in brackets the lowest and highest.

| connections | in flight on each | beside | wall rate | per server processor second |
| ---: | ---: | --- | --- | --- |
END
awk -f "$here/ratios.awk" "$scratch/rounds"
