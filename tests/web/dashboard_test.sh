#!/bin/sh
# The dashboard in a real browser: dashboard_test.sh PROGRAM FOLDER. The packages of its lock file go to FOLDER.
set -eu
here=$(dirname "$(readlink -f "$0")")
program=$1 folder=$2
"$here/../../scripts/npm_ci.sh" "$here" "$folder"
# Modules look for packages beside themselves alone, so the scripts are where the packages are.
cp "$here"/*.js "$folder"
# In a network of its own, which has nobody to ask but ourselves, and where all ends with the test.
exec unshare --map-root-user --net --pid --mount-proc --fork --kill-child \
  sh -c 'ip link set lo up && exec node "$@"' sh "$folder/dashboard_test.js" "$program"
