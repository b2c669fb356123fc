#!/bin/sh
# The house rules: tests/house/rules.sh [ROOT]. Prints "file:line: what is wrong" for each violation; exits 1 if any.
# What each folder may include, and what a pure folder must not ask for, stands at the top of rules.awk.
set -eu
here=$(dirname "$(readlink -f "$0")")
cd "${1-$here/../..}"

# Everything that people wrote, in a stated order. -f: without links, which may lead anywhere.
find . \( -path ./build -o -path ./.git -o -name node_modules \) -prune -o -type f \
  \( -name '*.h' -o -name '*.cc' -o -name '*.md' -o -name '*.sh' -o -name '*.awk' -o -name '*.lua' -o -name '*.cmake' \
     -o -name CMakeLists.txt -o -name Makefile -o -name run -o -name '*.json' -o -name '*.proto' -o -name '*.yml' \) -print |
  sed 's|^\./||' | LC_ALL=C sort | LC_ALL=C awk -f "$here/rules.awk"
