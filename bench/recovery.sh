#!/usr/bin/env bash
# How long a counting server takes to come back with 1,000,000 counters after kill -9, and how many bytes it reads for that: from
# its disk and, without one, from another server; beside Redis with as many from its append-only file: bench/recovery.sh
# [TALLY]. Prints a section of Markdown. COUNTERS and ROUNDS change the defaults of 1,000,000 and 3.
# shellcheck source=bench/serve.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/serve.sh"
counters=${COUNTERS-1000000}
rounds=${ROUNDS-3}

serves_tally() { curl -fsS -o "$scratch/ready" "http://127.0.0.1:$1/readyz" 2>/dev/null; }
serves_redis() { [ "$(redis-cli -p "$1" ping 2>/dev/null)" = PONG ]; }

# launch KIND PORT COMMAND...: sets `pid`, and `took`: the seconds from its start until it serves.
launch() {
  local kind=$1 port=$2 began
  shift 2
  began=$EPOCHREALTIME
  taskset -c 0 "$@" >"$scratch/$port.log" 2>&1 </dev/null &
  pid=$!
  pids+=("$pid")
  until "serves_$kind" "$port"; do
    kill -0 "$pid" || { cat "$scratch/$port.log" >&2; return 1; }
    sleep 0.01
  done
  took=$(awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { print to - from }')
}

end() {
  disown "$pid" # the shell need not say that it was killed
  kill -9 "$pid"
  timeout 15 tail --pid="$pid" -f /dev/null
}

# What a process has read from files so far, from the page cache or the disk: read(2) and its kin. Sockets are read by
# other calls, and are not in it.
file_bytes() { awk '$1 == "rchar:" { print $2 }' "/proc/$1/io"; }

# What a process has received from another's port, over the connections that it has to it.
socket_bytes() { # PID PORT
  ss -Htinp "dport = :$2" | awk -v pid="pid=$1," '
    /users:/ { ours = index($0, pid) > 0 }
    ours && match($0, /bytes_received:[0-9]+/) { sum += substr($0, RSTART + 15, RLENGTH - 15) }
    END { printf "%d\n", sum }'
}

on_disk() { du -sb "$scratch/$1" | awk '{ printf "%.1f million bytes", $1 / 1e6 }'; }

balancer_port=$(free_port)
start "$balancer_port" "$tally" balancer --listen "127.0.0.1:$balancer_port"
balancer=http://127.0.0.1:$balancer_port
server() { # PORT ID...: the command
  echo "$tally" server --listen "127.0.0.1:$1" --threads 1 --balancer "$balancer" --recovery-timeout 2m --id "${@:2}"
}
disk_port=$(free_port)
joining_port=$(free_port)
redis_port=$(free_port)
mkdir "$scratch/redis"
cat >"$scratch/redis.conf" <<END
port $redis_port
bind 127.0.0.1
dir $scratch/redis
save ""
appendonly yes
auto-aof-rewrite-percentage 0
END
redis="redis-server $scratch/redis.conf"
last=$(printf 'counter-%07d' "$counters")

has_all() { # WHAT PORT
  local value
  value=$(curl -fsS -H 'Accept: text/plain' "http://127.0.0.1:$2/v1/counters/$last")
  [ "$value" = 1 ] || { echo "bench: $1 came back without its counters: it says '$value'." >&2; return 1; }
}

# shellcheck disable=SC2046,SC2086 # commands, as words
{
  launch tally "$disk_port" $(server "$disk_port" disk --data "$scratch/tally")
  seq -f 'counter-%07.0f' "$counters" | "$tally" count --balancer "$balancer" >"$scratch/counted"
  end
  launch redis "$redis_port" $redis
  seq -f 'INCR counter-%07.0f' "$counters" | redis-cli -p "$redis_port" --pipe >"$scratch/piped"
  end

  for ((round = 0; round < rounds; round++)); do
    launch redis "$redis_port" $redis
    theirs="$took $(file_bytes "$pid")"
    value=$(redis-cli -p "$redis_port" get "$last")
    [ "$value" = 1 ] || { echo "bench: Redis came back without its counters: it says '$value'." >&2; exit 1; }
    end
    launch tally "$disk_port" $(server "$disk_port" disk --data "$scratch/tally")
    from_disk="$took $(file_bytes "$pid")"
    has_all 'a server' "$disk_port"
    disk_pid=$pid
    launch tally "$joining_port" $(server "$joining_port" "joining-$round")
    echo "$theirs $from_disk $took $(socket_bytes "$pid" "$disk_port")"
    has_all 'a server that joins' "$joining_port"
    end
    curl -fsS -X DELETE "$balancer/v1/servers/joining-$round" >"$scratch/removed"
    pid=$disk_pid
    end
    progress "round $((round + 1)) of $rounds"
  done >"$scratch/rounds"
}

cat <<END
## Recovery of $counters counters

Seconds from the start of the process, after kill -9, until it serves all of them, and what it read for that; medians of $rounds rounds in turns,
lowest and highest. From a disk: all that it had got from read(2) and its kin by then (\`rchar\` of /proc/PID/io). From another server: what its connections to that one had received by then (\`ss -ti\`). What lies on disk for it after the last
round: $(on_disk tally), $(on_disk redis/appendonlydir) of Redis.

| | seconds | beside Redis | million bytes read | beside Redis |
| --- | --- | --- | --- | --- |
END
awk '
  function median(values,    i, j, t) {
    for (i = 2; i <= NR; i++) for (j = i; j > 1 && values[j - 1] > values[j]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
    return sprintf("%.2f (%.2f to %.2f)", NR % 2 ? values[(NR + 1) / 2] : (values[NR / 2] + values[NR / 2 + 1]) / 2, values[1], values[NR])
  }
  {
    redis[NR] = $1; redis_mb[NR] = $2 / 1e6
    disk[NR] = $3; disk_mb[NR] = $4 / 1e6; by_disk[NR] = $3 / $1; by_disk_mb[NR] = $4 / $2
    peer[NR] = $5; peer_mb[NR] = $6 / 1e6; by_peer[NR] = $5 / $1; by_peer_mb[NR] = $6 / $2
  }
  END {
    printf "| Tally, from its disk | %s | %s | %s | %s |\n", median(disk), median(by_disk), median(disk_mb), median(by_disk_mb)
    printf "| Tally, joining without a disk, from another server | %s | %s | %s | %s |\n", median(peer), median(by_peer),
      median(peer_mb), median(by_peer_mb)
    printf "| Redis, from its append-only file | %s | | %s | |\n", median(redis), median(redis_mb)
  }' "$scratch/rounds"
