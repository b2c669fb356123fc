#!/bin/sh
# Runs every check that Tally has, and says at the end which failed. On a fresh Debian 12 it first installs what is
# missing; a second run builds and checks only what changed, and runs all tests again.
#
#   release   all tests, optimised as users run it    fuzz   each parser's fuzzer for some seconds
#   debug     all tests, with ASan and UBSan          lint   layout, clang-tidy, clang's thread-safety analysis, scripts
#   tsan      the tests of what threads share, with ThreadSanitizer
#
# ./runAllTests.sh debug lint runs those alone. Test logs are in build/logs/.
set -u
cd "$(dirname "$(readlink -f "$0")")" || exit 1
[ $# -gt 0 ] || set -- release debug tsan fuzz lint
for check in "$@"; do
  case $check in release | debug | tsan | fuzz | lint) continue ;; esac
  echo "runAllTests.sh: '$check' is no check: choose from release, debug, tsan, fuzz and lint." >&2
  exit 2
done
mkdir -p build/logs
rm -f build/logs/*.log build/logs/summary
quiet=--quiet # one line for every file is for people to watch
[ -t 1 ] && quiet=

# suite PRESET TARGET [CTEST OPTION...]
suite() {
  preset=$1 target=$2
  shift 2
  cmake --preset "$preset" >build/logs/configure.txt || { cat build/logs/configure.txt; return 1; }
  # shellcheck disable=SC2086 # no word when empty
  cmake --build --preset "$preset" --target "$target" -- -k 0 $quiet &&
    ctest --preset "$preset" --no-tests=error -j "$(nproc)" --output-log "build/logs/$preset.log" "$@"
}

run() {
  case $1 in
    release | debug) suite "$1" all ;;
    tsan) suite tsan thread_tests --label-regex '^threads$' ;;
    fuzz) suite fuzz fuzzers ;;
    lint) scripts/lint.sh ;;
  esac
}

sh scripts/install-packages.sh build test lint || exit 1
status=0
for check in "$@"; do
  printf '\n==== %s\n' "$check"
  began=$(date +%s)
  verdict=passed
  run "$check" </dev/null || { verdict=FAILED status=1; }
  closing=$(grep -s 'tests passed,.* out of' "build/logs/$check.log")
  printf '%-8s %s  %4d s  %s\n' "$check" "$verdict" $(($(date +%s) - began)) "$closing" >>build/logs/summary
done

printf '\n==== summary\n'
cat build/logs/summary
# "99% tests passed, 1 tests failed out of 120"
cat build/logs/*.log 2>/dev/null |
  awk '/tests passed,.* out of/ { failed += $4; all += $NF } END { printf "\nTests: %d passed, %d failed\n", all - failed, failed }'
[ "$status" -eq 0 ] || echo "Some checks failed: they are marked FAILED above."
exit "$status"
