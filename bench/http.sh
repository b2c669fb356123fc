#!/usr/bin/env bash
# How many adds a counting server answers for each second of processor time, beside nginx's `return 200` under the same
# load: bench/http.sh [TALLY]. Prints a section of Markdown. Processor 0 serves, processor 1 asks; the two servers take
# turns, and every round is one ratio. ROUNDS and SECONDS_EACH change the defaults of 5 and 4.
set -euo pipefail
shopt -s inherit_errexit
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
tally=${1-$here/../build/release/tally}
rounds=${ROUNDS-5}
seconds=${SECONDS_EACH-4}
connections=50
# shellcheck source=bench/serve.sh
. "$here/serve.sh"

# measure PORT PID DEPTH: "answers user-ticks kernel-ticks" of one run.
measure() {
  local before after answers bad said
  before=$(cpu "$2")
  said=$(timeout $((seconds + 20)) taskset -c 1 wrk -t1 -c$connections -d"${seconds}s" -s "$here/post.lua" \
         "http://127.0.0.1:$1/v1/counters/x" -- "$3")
  after=$(cpu "$2")
  read -r _ answers _ bad <<<"$(grep '^answers ' <<<"$said")"
  if [ "$bad" -ne 0 ] || [ "$answers" -eq 0 ]; then
    printf 'http.sh: not every answer was a good one:\n%s\n' "$said" >&2
    return 1
  fi
  echo "$answers $(awk '{ print $3 - $1, $4 - $2 }' <<<"$before $after")"
}

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
nginx_pid=${pids[-1]}
tally_port=$(free_port)
start "$tally_port" "$tally" server --id bench --listen "127.0.0.1:$tally_port" --threads 1
tally_pid=${pids[-1]}
for _ in {1..100}; do
  curl -fsS -o "$scratch/ready" "http://127.0.0.1:$tally_port/readyz" 2>/dev/null && break
  sleep 0.1
done

counted=0
for depth in 1 16; do
  # Warm, and not measured.
  for server in "$nginx_port $nginx_pid" "$tally_port $tally_pid"; do
    # shellcheck disable=SC2086 # two words
    read -r answers _ <<<"$(seconds=1 measure $server $depth)"
  done
  counted=$((counted + answers))
  for ((round = 0; round < rounds; round++)); do
    nginx=$(measure "$nginx_port" "$nginx_pid" $depth)
    ours=$(measure "$tally_port" "$tally_pid" $depth)
    counted=$((counted + ${ours%% *}))
    echo "$depth $nginx $ours"
    echo "http.sh: $depth in flight, round $((round + 1)) of $rounds" >&2
  done
done >"$scratch/rounds"

# Every answer was an add. What wrk gave up on at the end of a run may have been one too.
value=$(curl -fsS -H 'Accept: text/plain' "http://127.0.0.1:$tally_port/v1/counters/x")
if [ "$value" -lt "$counted" ]; then
  echo "http.sh: $counted adds were answered and the counter says $value. Adds were lost." >&2
  exit 1
fi

cat <<END
## HTTP: POST /v1/counters/x beside nginx's \`return 200\`

Requests answered for each second of the server's processor time: one worker or thread each, $connections connections,
$rounds rounds of $seconds s in turns; medians, and the lowest and highest round's ratio. The time of one request is
split into the server's own code (user) and the kernel's (system).

| requests in flight per connection | tally | nginx | ratio | lowest to highest | tally: own + kernel | nginx: own + kernel |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
END
awk -v hz="$(getconf CLK_TCK)" '
  function median(list, n,    i, j, swap) {
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (list[j] < list[i]) {
      swap = list[i]; list[i] = list[j]; list[j] = swap
    }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
  }
  function row() {
    middle = median(ratio, n) # sorts, so the ends are the extremes
    printf "| %d | %d/s | %d/s | %.2f | %.2f to %.2f | %.2f + %.2f us | %.2f + %.2f us |\n", depth, median(ours, n),
      median(peer, n), middle, ratio[1], ratio[n], our_user / our_answers, our_kernel / our_answers,
      peer_user / peer_answers, peer_kernel / peer_answers
    n = our_answers = our_user = our_kernel = peer_answers = peer_user = peer_kernel = 0
  }
  $1 != depth && n { row() }
  {
    depth = $1
    n++
    peer[n] = $2 * hz / ($3 + $4)
    ours[n] = $5 * hz / ($6 + $7)
    ratio[n] = ours[n] / peer[n]
    peer_answers += $2; peer_user += $3 * 1e6 / hz; peer_kernel += $4 * 1e6 / hz
    our_answers += $5; our_user += $6 * 1e6 / hz; our_kernel += $7 * 1e6 / hz
  }
  END { row() }' "$scratch/rounds"
