#!/bin/sh
# Builds the dashboard's page in FOLDER, from a copy of web/, into FOLDER/dist: scripts/build-dashboard.sh FOLDER
set -eu
root=$(dirname "$(readlink -f "$0")")/..
"$root/scripts/npm_ci.sh" "$root/web" "$1"
cd "$1"
find . -mindepth 1 -maxdepth 1 ! -name node_modules ! -name lock -exec rm -rf {} +
tar -C "$root/web" --exclude=./node_modules --exclude=./dist -cf - . | tar -xf -
npm run --silent build >build.log 2>&1 || { cat build.log >&2; exit 1; }
