#!/usr/bin/env bash
# What the benchmarks of whole servers share: how they begin, the servers that they start, and what a load of these cost. To
# be sourced first. Processor 0 serves, processor 1 asks. The first argument is the tally to measure; ROUNDS,
# SECONDS_EACH and NAMES change how often, how long and over how many names. Everything that it starts listens on 127.0.0.1
# alone, on a free port, and ends with the script; its files are in $scratch and go with it.
# shellcheck disable=SC2034 # what is set here is for those who source it
set -euo pipefail
shopt -s inherit_errexit
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
tally=${1-$here/../build/release/tally}
generator=$here/../build/release/bench/tally_load
rounds=${ROUNDS-5}
seconds=${SECONDS_EACH-3}
names=${NAMES-10000}
warm_up=500ms # of every load, not measured
PATH=$PATH:/usr/sbin:/usr/lib/postgresql/15/bin

for program in "$tally" "$generator"; do
  [ -x "$program" ] || { echo "bench: $program is not there: 'bench/run.sh' builds it, and runs this script." >&2; exit 1; }
done
[ "$(nproc)" -ge 2 ] || { echo "bench: needs two processors, one to serve and one to ask." >&2; exit 1; }

scratch=$(mktemp -d)
pids=()
stop() { # PID...
  for pid in "$@"; do
    kill "$pid" 2>/dev/null || continue
    timeout 15 tail --pid="$pid" -f /dev/null || kill -9 "$pid" 2>/dev/null || true
  done
}
cleanup() {
  stop "${pids[@]}"
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

progress() { echo "${0##*/}: $*" >&2; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 10000))
    listens "$port" || { echo "$port"; return; }
  done
  echo "bench: found no free port on 127.0.0.1 between 20000 and 30000." >&2
  return 1
}

# until_true WHAT COMMAND...: asks again and again, for 20 s at most.
until_true() {
  local what=$1
  shift
  for _ in {1..200}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "bench: after 20 s $what is still not so." >&2
  return 1
}

# start PORT COMMAND...: on processor 0, until it listens. Sets $pid.
start() {
  local port=$1
  shift
  taskset -c 0 "$@" >"$scratch/$port.log" 2>&1 </dev/null &
  pid=$!
  pids+=("$pid")
  for _ in {1..100}; do
    listens "$port" && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "bench: $1 does not listen on port $port. It said:" >&2
  cat "$scratch/$port.log" >&2
  return 1
}

# ---- Each sets NAME_pid and the port or ports that it answers on. One thread or worker each, where that can be chosen.

start_tally() { # OPTION...
  tally_http=$(free_port)
  tally_resp=$(free_port)
  start "$tally_http" "$tally" server --id bench --threads 1 --listen "127.0.0.1:$tally_http" \
        --resp "127.0.0.1:$tally_resp" "$@"
  tally_pid=$pid
  until_true 'that Tally is ready' curl -fsS "http://127.0.0.1:$tally_http/readyz"
}

start_redis() { # OPTION...
  redis_port=$(free_port)
  mkdir -p "$scratch/redis"
  start "$redis_port" redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$scratch/redis" --save '' "$@"
  redis_pid=$pid
  until_true 'that Redis is ready' redis-cli -e -p "$redis_port" ping
}

start_memcached() { # with all names in it, since its incr makes none
  memcached_port=$(free_port)
  # Only root has to say as whom it runs.
  start "$memcached_port" memcached -l 127.0.0.1 -p "$memcached_port" -U 0 -t 1 -u "$(id -un)"
  memcached_pid=$pid
  exec 3<>"/dev/tcp/127.0.0.1/$memcached_port"
  awk -v names="$names" 'BEGIN {
    for (i = 0; i < names; i++) printf "set key:%012d 0 0 1 noreply\r\n0\r\n", i
    printf "quit\r\n"
  }' >&3
  cat <&3 >&2 # what it complains of, if anything, until it hangs up
  exec 3>&-
}

start_nginx() {
  nginx_port=$(free_port)
  cat >"$scratch/nginx.conf" <<END
worker_processes 1;
daemon off;
pid $scratch/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $scratch/body;
  proxy_temp_path $scratch/proxy;
  fastcgi_temp_path $scratch/fastcgi;
  uwsgi_temp_path $scratch/uwsgi;
  scgi_temp_path $scratch/scgi;
  server {
    listen 127.0.0.1:$nginx_port;
    location / { return 200; }
  }
}
END
  start "$nginx_port" nginx -e stderr -p "$scratch" -c "$scratch/nginx.conf"
  nginx_pid=$pid
}

start_etcd() {
  local peers
  etcd_port=$(free_port)
  peers=http://127.0.0.1:$(free_port)
  start "$etcd_port" etcd --data-dir "$scratch/etcd" --log-level error \
        --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
        --listen-peer-urls "$peers" --initial-advertise-peer-urls "$peers" --initial-cluster "default=$peers"
  etcd_pid=$pid
  until_true 'that etcd takes keys' curl -fsS -d '{"key":"YQ==","value":"MQ=="}' "http://127.0.0.1:$etcd_port/v3/kv/put"
}

# PostgreSQL does not run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
  else
    "$@"
  fi
}

start_postgres() { # with a table of counters
  local as=()
  postgres_port=$(free_port)
  mkdir "$scratch/pg"
  if [ "$(id -u)" -eq 0 ]; then
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    chmod 711 "$scratch"
    chown postgres: "$scratch/pg"
  fi
  as_postgres initdb -A trust -D "$scratch/pg/data" >"$scratch/initdb.log"
  start "$postgres_port" "${as[@]}" postgres -D "$scratch/pg/data" -k "$scratch/pg" -p "$postgres_port" -h 127.0.0.1
  postgres_pid=$pid
  until_true 'that PostgreSQL makes a table' as_postgres psql -q -h "$scratch/pg" -p "$postgres_port" postgres \
    -c 'CREATE TABLE counters (name int PRIMARY KEY, value bigint)'
}

# ---- What a load costs. All of these print "adds/s own-us kernel-us": as many adds were acknowledged on the clock, and one
# cost the server so much of its processor's time, in its own code and in the kernel.

# cpu PID: clock ticks of it and its children so far, those that have ended too, in their own code and in the kernel.
cpu() {
  # Some other process may end while we look.
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v pid="$1" '
    { id = $1; sub(/^.*\) /, "") } # the name may have spaces; from here on $2 is the parent
    id == pid || $2 == pid { user += $12; kernel += $13 }
    id == pid { user += $14; kernel += $15 }
    END { print user + 0, kernel + 0 }'
}

# cpu_at_rest PID: the same, once it does next to nothing any more, 5 s later at the latest: what it puts off until after the
# load is a part of its cost, and would else be in the next one's way.
cpu_at_rest() {
  local before now
  now=$(cpu "$1")
  for _ in {1..25}; do
    before=$now
    sleep 0.2
    now=$(cpu "$1")
    awk '{ exit !($3 + $4 - $1 - $2 <= 1) }' <<<"$before $now" && break
  done
  echo "$now"
}

# cost CPU-BEFORE CPU-AFTER RATE ALL-ADDS
cost() {
  awk -v rate="$3" -v adds="$4" -v us_each_tick="$((1000000 / $(getconf CLK_TCK)))" '
    { print rate, ($3 - $1) * us_each_tick / adds, ($4 - $2) * us_each_tick / adds }' <<<"$1 $2"
}

# load PID PROTOCOL PORT OPTION...: by our generator, which fails at the first reply that is not the one hoped for.
load() {
  local before after said all rate
  before=$(cpu "$1")
  said=$(taskset -c 1 "$generator" "$2" "127.0.0.1:$3" --names "$names" --warm-up "$warm_up" --for "${seconds}s" "${@:4}")
  after=$(cpu_at_rest "$1")
  read -r rate all <<<"$(awk '{ is[$1] = $2 } END { print is["adds"] / is["seconds"], is["all_adds"] }' <<<"$said")"
  echo "$all" >>"$scratch/asked.$3"
  cost "$before" "$after" "$rate" "$all"
}

# benchmark PID PORT DEPTH ADDS: by redis-benchmark, over 50 connections.
benchmark() {
  local before after said rate
  before=$(cpu "$1")
  said=$(taskset -c 1 redis-benchmark -p "$2" -c 50 -P "$3" -n "$4" -r "$names" --csv incr key:__rand_int__ 2>&1 | tail -n 1)
  after=$(cpu_at_rest "$1")
  rate=$(awk -F'"' '{ print $4 + 0 }' <<<"$said")
  [ "${rate%.*}" -gt 0 ] || { echo "bench: redis-benchmark said: $said" >&2; return 1; }
  cost "$before" "$after" "$rate" "$4"
}

# row WHAT BESIDE CONNECTIONS IN-FLIGHT OURS THEIRS: one round of a row of ratios.awk's table.
row() { echo "$1|$2|$3|$4|$5 $6"; }

# all_counted WHO REDIS-PORT PORT...: the counters' sum is what load() had acknowledged on these ports.
all_counted() {
  local who=$1 asked sum
  sum=$(awk -v names="$names" 'BEGIN { for (i = 0; i < names; i++) printf "GET key:%012d\n", i }' |
        redis-cli -p "$2" | awk '{ sum += $1 } END { printf "%d\n", sum }')
  shift 2
  asked=$(for port in "$@"; do cat "$scratch/asked.$port"; done | awk '{ sum += $1 } END { printf "%d\n", sum }')
  [ "$sum" -eq "$asked" ] || { echo "bench: $who acknowledged $asked adds, and its counters' sum is $sum." >&2; return 1; }
  progress "$who counted all of $asked adds."
}

# by_redis_benchmark WHAT BESIDE: rounds of Tally and Redis, as rows.
by_redis_benchmark() {
  local depth round ours theirs our_rate their_rate
  for depth in 1 16 64; do
    our_rate=20000 their_rate=20000 # so that each round takes about $seconds; the first is to know them
    for ((round = 0; round <= rounds; round++)); do
      ours=$(benchmark "$tally_pid" "$tally_resp" $depth $((our_rate * seconds)))
      theirs=$(benchmark "$redis_pid" "$redis_port" $depth $((their_rate * seconds)))
      our_rate=$(awk '{ print int($1) + 1 }' <<<"$ours")
      their_rate=$(awk '{ print int($1) + 1 }' <<<"$theirs")
      [ "$round" -eq 0 ] || row "$1" "$2" 50 "$depth" "$ours" "$theirs"
      progress "redis-benchmark, $depth in flight, round $round of $rounds"
    done
  done
}

# What a table of ratios.awk says.
how_to_read() {
  cat <<END
A ratio is Tally's figure divided by the peer's: above 1, Tally does more. It is the median of the ratios of $rounds rounds of $seconds s, in
which the servers take turns; in brackets the lowest and highest. *Adds a second* is the rate on the clock: each server has processor 0 to
itself, and whoever asks processor 1. *Adds per server processor second* is what the server's own processor time would
be enough for. *One add* is that time, as the server's own code + the kernel, on average, with
what the server does on its own afterwards.
END
}
