#!/bin/sh
# manifests_test.sh TALLY FOLDER: manifests_test.js, with the packages of package-lock.json in FOLDER.
set -eu
here=$(dirname "$(readlink -f "$0")")
"$here/../../scripts/npm_ci.sh" "$here" "$2"
TALLY=$1 TALLY_NODE_FOLDER=$2 exec node --test "$here/manifests_test.js"
