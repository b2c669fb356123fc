#!/bin/sh
# Plants each violation in a small lawful tree, and sees that rules.sh names it, and nothing else.
set -eu
here=$(dirname "$(readlink -f "$0")")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"
failures=0

lawful() {
  rm -rf "${tree:?}"/*
  mkdir -p src/base src/count src/cluster src/api src/net src/server sim tests/count docs/decisions
  printf '// A word.\n#pragma once\n' >src/base/word.h
  printf '// A lock.\n#pragma once\n#include <mutex>\n' >src/base/mutex.h
  printf '#include <thread>  // to yield\n#include "base/mutex.h"\n#include "count/count.h"\n' >src/count/count.cc
  printf '#include "cluster/mark.h"  // no system_clock here\n#include "count/count.h"\n' >src/cluster/mark.cc
  printf 'tally_library(cluster SOURCES mark.cc\n  USES count base PARTS Boost::headers)\n' >src/cluster/CMakeLists.txt
  printf '#include <boost/beast/http.hpp>\n' >src/net/http_server.cc
  printf '#include <thread>\n#include "store/store.h"\n' >src/server/server.cc
  printf '#include <iostream>\n' >sim/sim_main.cc
  printf '#include "server/server.h"\n#include "options.h"\nint main() {}\n' >src/main.cc
  printf 'Date: 2026-01-31\n' >docs/decisions/0001-one.md
  printf -- '- [One](0001-one.md)\n' >docs/decisions/README.md
}

fail() {
  echo "FAILED: $1"
  printf '%s\n' "$2" | sed 's/^/    /'
  failures=$((failures + 1))
}

# sees WHERE WHAT: exactly one complaint, about WHERE, that says WHAT. Then everything is lawful again.
sees() {
  said=$("$here/rules.sh" "$tree") && fail "not seen: $1: $2" "$said"
  case $said in
    "$1"*"$2"*) [ "$(printf '%s\n' "$said" | wc -l)" -eq 1 ] || fail "more was said than $1: $2" "$said" ;;
    *) fail "expected $1: $2, but it said" "$said" ;;
  esac
  lawful
}

lawful
said=$("$here/rules.sh" "$tree") || fail "a lawful tree was refused" "$said"

# The include diagram.
echo '#include "count/count.h"' >>src/base/word.h; sees src/base/word.h:3 'base/ may not include count/'
echo '#include "cluster/mark.h"' >>src/count/count.cc; sees src/count/count.cc:4 'count/ may not include cluster/'
echo '#include "api/json.h"' >>src/cluster/mark.cc; sees src/cluster/mark.cc:3 'cluster/ may not include api/'
echo '#include "net/url.h"' >src/api/api.cc; sees src/api/api.cc:1 'api/ may not include net/'
echo '#include "count/count.h"' >>src/net/http_server.cc; sees src/net/http_server.cc:2 'net/ may not include count/'
echo '#include "client/client.h"' >>src/server/server.cc; sees src/server/server.cc:3 'server/ may not include client/'
echo '#include "server/server.h"' >sim/fleet.cc; sees sim/fleet.cc:1 'sim/ may not include server/'
echo '#include "server.h"' >>src/server/server.cc; sees src/server/server.cc:3 'an include names its folder'
echo 'tally_library(cluster SOURCES a.cc USES base net)' >src/cluster/CMakeLists.txt
sees src/cluster/CMakeLists.txt:1 'cluster/ may not link net/'

# Links.
echo 'See [the word](../../src/base/word.h#top), [it](https://example.org/x.md) and [more](0001-one.md).' >>docs/decisions/0001-one.md
said=$("$here/rules.sh" "$tree") || fail "good links were refused" "$said"
lawful
echo 'See [the word](../../src/base/word.h), [another](../../src/base/other.h).' >>docs/decisions/README.md
sees docs/decisions/README.md:2 'a link that leads nowhere: ../../src/base/other.h'

# Pure folders.
echo '#include <thread>' >>src/count/count.cc; sees src/count/count.cc:4 'no threads and locks'
echo '#include <mutex>' >>src/count/count.cc; sees src/count/count.cc:4 'no threads and locks'
echo '#include "base/mutex.h"' >>src/cluster/mark.cc; sees src/cluster/mark.cc:3 'no threads and locks'
echo '#include <boost/asio/io_context.hpp>' >src/api/api.cc; sees src/api/api.cc:1 'no sockets'
echo 'auto t = std::chrono::steady_clock::now();' >>src/cluster/mark.cc; sees src/cluster/mark.cc:3 'no clocks'
echo 'std::this_thread::sleep_for(x);' >>src/count/count.cc; sees src/count/count.cc:4 'no sleep'
echo 'std::random_device luck;' >>src/cluster/mark.cc; sees src/cluster/mark.cc:3 'no randomness'
echo '#include <fstream>' >src/api/api.cc; sees src/api/api.cc:1 'no files and environment'
echo 'std::getenv("X");' >src/api/api.cc; sees src/api/api.cc:1 'no files and environment'
echo 'auto t = time(nullptr);' >sim/workload.cc; sees sim/workload.cc:1 'no clocks'

# The shape of files.
printf '#pragma once\n' >src/base/word.h; sees src/base/word.h:1 'begins with a comment'
printf '// A word.\n' >src/base/word.h; sees src/base/word.h:1 'no #pragma once'
yes 'int x;' | head -401 >src/count/long.cc; sees src/count/long.cc:401 'at most 400'
yes 'int x;' | head -601 >tests/count/long_test.cc; sees tests/count/long_test.cc:601 'at most 600'
printf '// B.\n#pragma once\n#include <boost/beast/core.hpp>\n' >src/net/beast.h
sees src/net/beast.h:3 'Beast is seen only in src/net/*.cc'
for i in 1 2 3 4; do cp src/net/http_server.cc "src/net/beast$i.cc"; done; sees src/net/ 'Beast is in 5 files'

printf '// %0108d\n' 0 >src/count/wide.cc; sees src/count/wide.cc:1 'at most 110 wide'
printf '// %0107d\n' 0 >src/count/wide.cc
said=$("$here/rules.sh" "$tree") || fail "a comment of 110 columns was refused" "$said"
lawful

# Words.
for word in 'TO''DO' 'FIX''ME' 'XX''X' 'HA''CK'; do
  echo "// $word: later" >>src/main.cc; sees src/main.cc:4 'unfinished work'
done
echo "see the TO""DO" >README.md; sees README.md:1 'unfinished work'
echo "x;  // NO""LINT" >>src/main.cc; sees src/main.cc:4 'names itself and the reason'
echo "x;  // NO""LINT(bugprone-x)" >>src/main.cc; sees src/main.cc:4 'names itself and the reason'
echo "TEST(A, DIS""ABLED_B) {}" >tests/count/a_test.cc; sees tests/count/a_test.cc:1 'does not run'
echo "GTEST_""SKIP();" >tests/count/a_test.cc; sees tests/count/a_test.cc:1 'does not run'
echo 'usleep(10);' >tests/count/a_test.cc; sees tests/count/a_test.cc:1 'tests do not sleep'
echo 'poll(nullptr, 0, 10);' >tests/count/a_test.cc; sees tests/count/a_test.cc:1 'tests do not sleep'
mkdir -p tests/e2e
printf '// Waits.\n#pragma once\n  poll(nullptr, 0, kBetweenLooksMs);\n' >tests/e2e/eventually.h
said=$("$here/rules.sh" "$tree") || fail "the one wait for another process was refused" "$said"
printf '// Waits.\n#pragma once\n  poll(nullptr, 0, 5000);\n' >tests/e2e/eventually.h
sees tests/e2e/eventually.h:3 'tests do not sleep'
echo "cd /ho""me/ada/tally" >Makefile; sees Makefile:1 "somebody's own machine"

# Decisions.
echo 'Undated.' >docs/decisions/0001-one.md; sees docs/decisions/0001-one.md:1 "Date: YYYY-MM-DD"
echo 'Date: 2026-01-31' >docs/decisions/0002-two.md; sees docs/decisions/0002-two.md:1 'no link'

# What is silenced with its reason may stay.
echo "x;  // NO""LINT(bugprone-x): the reason" >>src/main.cc
said=$("$here/rules.sh" "$tree") || fail "a silenced check with its reason was refused" "$said"

rm -rf "${tree:?}"/*
said=$("$here/rules.sh" "$tree") && fail "an empty folder passed for a lawful tree" "$said"

[ "$failures" -eq 0 ] && echo "every planted violation was seen"
