#!/usr/bin/env bash
# What the benchmarks of whole servers share; sourced. Processor 0 serves, processor 1 asks. Needs $tally, the program.
# Everything it starts ends with the script, its files with it, in $scratch.
PATH=$PATH:/usr/sbin:/usr/lib/postgresql/15/bin

# shellcheck disable=SC2154 # whoever sources this says which
[ -x "$tally" ] || { echo "bench: $tally is not there: 'make build' builds it." >&2; exit 1; }
[ "$(nproc)" -ge 2 ] || { echo "bench: needs two processors, one to serve and one to ask." >&2; exit 1; }

scratch=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || continue
    timeout 15 tail --pid="$pid" -f /dev/null || kill -9 "$pid" 2>/dev/null || true
  done
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

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

# start PORT COMMAND...: on processor 0, until it listens.
start() {
  local port=$1
  shift
  taskset -c 0 "$@" >"$scratch/$port.log" 2>&1 </dev/null &
  pids+=($!)
  for _ in {1..100}; do
    listens "$port" && return
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  echo "bench: $1 does not listen on port $port. It said:" >&2
  cat "$scratch/$port.log" >&2
  return 1
}

# cpu PID: clock ticks of it and its children so far, those that have ended too, in their own code and in the kernel.
cpu() {
  # Some other process may end while we look.
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v pid="$1" '
    { id = $1; sub(/^.*\) /, "") } # the name may have spaces; from here on $2 is the parent
    id == pid || $2 == pid { user += $12; kernel += $13 }
    id == pid { user += $14; kernel += $15 }
    END { print user + 0, kernel + 0 }'
}

