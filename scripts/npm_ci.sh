#!/bin/sh
# Puts the packages of SOURCE/package-lock.json into FOLDER: npm_ci.sh SOURCE FOLDER. Those that are there are not asked
# for again; where npm cannot get them it says so and exits 1.
set -eu
source=$(readlink -f "$1")
mkdir -p "$2"
cd "$2"
exec 9>lock # some come here at once
flock 9
if [ -d node_modules ] && cmp -s package-lock.json "$source/package-lock.json"; then exit 0; fi
cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" .
npm ci --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1 9>&- || {
  rm -rf node_modules
  cat npm.log >&2
  echo "npm_ci.sh: 'npm ci' could not get the packages of $source/package-lock.json: see above." >&2
  echo "It needs a registry that it reaches ('npm config get registry') or its cache. Then try again." >&2
  exit 1
}
