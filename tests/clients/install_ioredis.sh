#!/bin/sh
# Puts the packages of package-lock.json into FOLDER: install_ioredis.sh FOLDER. Those that are there are not asked for
# again; where npm cannot get them it says so and exits 1.
set -eu
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$1"
cd "$1"
exec 9>lock # tests that run at once come here at once
flock 9
if [ -d node_modules ] && cmp -s package-lock.json "$here/package-lock.json"; then exit 0; fi
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" .
npm ci --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1 9>&- || {
  rm -rf node_modules
  cat npm.log >&2
  echo "install_ioredis.sh: 'npm ci' could not get the packages of tests/clients/package-lock.json: see above." >&2
  echo "It needs a registry that it reaches ('npm config get registry') or its cache. Then run this test again." >&2
  exit 1
}
