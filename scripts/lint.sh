#!/bin/sh
# Checks layout (clang-format), scripts (shellcheck), and all of src/ with clang: its warnings, its thread-safety
# analysis, and clang-tidy. What did not change since it passed is not checked again. --fix-format lays out instead.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."
sh scripts/install-packages.sh build lint

# each_cxx_file COMMAND...
each_cxx_file() { find src sim chaos tests bench fuzz examples \( -name '*.h' -o -name '*.cc' \) -exec "$@" {} +; }

if [ "${1-}" = --fix-format ]; then
  each_cxx_file clang-format-14 -i
  exit
fi

status=0
each_cxx_file clang-format-14 --dry-run -Werror || {
  echo "lint: 'make format' mends the layout." >&2
  status=1
}
find . -path ./build -prune -o \( -name '*.sh' -o -path ./.ci/run \) -exec shellcheck {} + || status=1

quiet=--quiet
[ -t 1 ] && quiet=
# shellcheck disable=SC2086 # no word when empty
cmake --preset lint >/dev/null && cmake --build --preset lint -- -k 0 $quiet || status=1
exit "$status"
