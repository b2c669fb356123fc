#!/bin/sh
# What a C++ program is built with and loads: library_test.sh BUILD_FOLDER. The document's commands, typed on a machine
# that has the packages, build the example by CMake and by pkg-config and run both beside real servers.
set -eu
# shellcheck source=tests/package/in_root.sh
. "$(dirname "$0")/in_root.sh"
[ -n "${TALLY_ROOT:-}" ] || as_root "$1/package/library_test" "$1"
build=$1
tests=$(dirname "$0")
mount_root

step "install"
install_debs "$build"/package/old/*.deb
[ -z "${BASE:-}" ] || in_root apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 \
  g++ clang-14 cmake make pkgconf python3 </dev/null

step "the headers include themselves and the standard library"
foreign=$(in_root grep -E '^#include' -r /usr/include/tally | grep -vE '<(tally/[a-z]+\.h|[a-z_0-9]+)>$') || true
equal "$foreign" ""

step "each of them stands alone and says nothing to strict compilers"
in_root mkdir /ours
in_root cp -r /usr/include/tally /ours # in a system's folder nobody is warned of anything
for header in "$TALLY_ROOT"/ours/tally/*.h; do
  for compiler in g++ clang++-14; do
    for standard in c++17 c++20; do
      echo "#include <tally/$(basename "$header")>" |
        in_root "$compiler" -std=$standard -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I/ours -x c++ -
    done
  done
done

step "a program needs the library and nothing of what that needs"
equal "$(in_root pkg-config --libs tally | xargs)" -ltally
# shellcheck disable=SC2016 # the shell's in there
in_root sh -c 'c++ -o /count /usr/share/doc/libtally-dev/examples/count.cc $(pkg-config --cflags --libs tally)'
needed=$(in_root objdump -p /count | awk '$1 == "NEEDED" { print $2 }' | grep -vE '^lib(c|m|stdc\+\+|gcc_s)\.so')
equal "$needed" libtally.so.0
if said=$(in_root /count page-views 2>&1); then fail "it counted without any server: $said"; fi
case $said in "The balancer http://127.0.0.1:7070 cannot be reached"*) ;; *) fail "without a server it says: $said" ;; esac

step "the library shows what is in libtally.symbols: whatever is missing there needs another soname"
in_root nm --dynamic --defined-only --demangle /usr/lib/"$(in_root gcc -print-multiarch)"/libtally.so.0 |
  cut -d ' ' -f 3- | LC_ALL=C sort -u >"$TALLY_ROOT/shown"
diff "$tests/libtally.symbols" "$TALLY_ROOT/shown" || fail "these are not the library's symbols"

step "the document's commands"
cp "$tests/../docs/run_docs.py" "$TALLY_ROOT"
in_root python3 -B /run_docs.py / /usr/bin /usr/share/doc/libtally-dev/cxx-client.md
echo "library_test: passed"
