#!/usr/bin/env bash
# How many instructions of the server's own an add takes, by callgrind: bench/instructions.sh [PROGRAM]. Each kind runs
# N times and 2 N times; the difference is what N of them cost, whatever starting up did. The kernel's are not seen.
# Prints a section of Markdown.
set -euo pipefail
shopt -s inherit_errexit
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
program=${1-$here/../build/release/bench/instructions}
[ -x "$program" ] || { echo "bench: $program is not there: 'bench/run.sh instructions' builds it." >&2; exit 1; }

# counted KIND TIMES
counted() {
  local said
  said=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='tally::LoopTalk::turn()' \
         --toggle-collect='tally::measured(*' "$program" "$1" "$2" 2>&1) || { echo "$said" >&2; return 1; }
  sed -n 's/^==[0-9]*== Collected : //p' <<<"$said"
}

# row KIND TIMES ADDS WHAT: ADDS of each time.
row() {
  local once twice
  once=$(counted "$1" "$2")
  twice=$(counted "$1" $((2 * $2)))
  echo "| $4 | $(((twice - once) / ($2 * $3))) |"
}

cat <<END
## Instructions of an add

Counted by callgrind, in user space: all that a loop does from the wait for a socket to the write of its answer, and what libraries do
for it; not the kernel's. In memory, to counters that exist.

| an add | instructions |
| --- | ---: |
END
row http 1000 1 "over HTTP, alone"
row http-16 200 16 "over HTTP, in a burst of 16"
row http-batch-1000 20 1000 "in an HTTP batch of 1,000"
row resp 1000 1 "\`INCR\`, alone"
row resp-64 200 64 "\`INCR\`, in a burst of 64"
row add-by-name 20000 1 "\`CountingThread::add\` by name, without a protocol"
row add 20000 1 "\`CountingThread::add\` to a counter at hand"
