#!/bin/sh
# What npm would publish is what users need, and no more; it installs without anything else, and imports:
# package_test.sh FOLDER. FOLDER is where build.sh built it.
set -eu
here=$(dirname "$(readlink -f "$0")")
cd "$1"
cmp LICENSE "$here/../../LICENSE"
rm -f tally-client-*.tgz
npm pack --ignore-scripts >pack.log 2>&1 || {
  cat pack.log >&2
  exit 1
}
tar -tf tally-client-*.tgz | sed 's|^package/||' | LC_ALL=C sort >packed
{
  echo LICENSE
  echo README.md
  for source in src/*.ts; do
    module=$(basename "$source" .ts)
    echo "dist/$module.d.ts"
    echo "dist/$module.js"
  done
  echo package.json
} | LC_ALL=C sort | diff - packed || {
  echo "package_test.sh: the package has not what it should (<) or what it should not (>)." >&2
  exit 1
}
rm -rf user
mkdir user
cd user
echo '{"private": true, "type": "module"}' >package.json
npm install --offline --no-audit --no-fund ../tally-client-*.tgz >install.log 2>&1 || {
  cat install.log >&2
  exit 1
}
[ "$(ls node_modules)" = tally-client ] || {
  echo "package_test.sh: the package brings others with it: $(ls node_modules)" >&2
  exit 1
}
echo 'import { Tally } from "tally-client"; new Tally("http://127.0.0.1:7070");' >index.js
node index.js
