#!/bin/sh
# Leaves the release program at build/release/tally, and its manual in build/release/share/man: installs what that
# needs, configures once, builds what changed.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

sh scripts/install-packages.sh build
# Without the tests until runAllTests.sh has installed what they need. It turns them on for good: turning them off
# again would have ninja delete what it built of them.
[ -f build/release/build.ninja ] || cmake --preset release -DTALLY_TESTS=OFF
exec cmake --build --preset release --target tally manual
