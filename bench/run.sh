#!/usr/bin/env bash
# Measures everything, beside the peers, and writes bench/RESULTS.md and bench/chart.svg. bench/run.sh NAME...
# measures only those (resp, http, durable, latency, recovery, dashboard, instructions, or a program's name without _bench or _report), and prints.
# ROUNDS and SECONDS_EACH change how often and how long servers are asked.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

sh scripts/install-packages.sh build test bench
cmake --preset release -DTALLY_BENCH=ON >/dev/null
cmake --build --preset release --target tally benches >&2
programs=build/release/bench

# A Google Benchmark program's table: medians of 5 repetitions, taken in random order so that a busy moment falls on all.
table() {
  timeout 1200 "$1" --benchmark_format=json --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true \
       --benchmark_report_aggregates_only=true | awk -f bench/table.awk
}

section() {
  echo "bench: $1" >&2
  if [ -x "bench/$1.sh" ] && [ "$1" != run ] && [ "$1" != serve ]; then
    "bench/$1.sh"
  elif [ -x "$programs/$1_bench" ]; then
    printf '## %s\n\n' "$1"
    table "$programs/$1_bench"
  elif [ -x "$programs/$1_report" ]; then
    "$programs/$1_report"
  else
    echo "bench/run.sh: there is no '$1' to measure." >&2
    return 1
  fi
}

if [ $# -gt 0 ]; then
  for name in "$@"; do section "$name"; done
  exit
fi

results=build/bench/results.md # also of a run that was broken off
mkdir -p build/bench
{
  cat <<END
# Results

Written by \`make bench\`. What counts are the ratios, each taken within one run; absolute figures are this machine's:
$(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(uname -sr).

END
  for name in resp http durable latency recovery dashboard instructions; do
    section "$name"
    echo
  done
  for program in "$programs"/*_bench "$programs"/*_report; do
    [ -x "$program" ] || continue
    name=${program##*/}
    section "${name%_*}"
    echo
  done
} >"$results"
cat "$results"
cat "$results" >bench/RESULTS.md
awk -f bench/chart.awk bench/RESULTS.md >bench/chart.svg
