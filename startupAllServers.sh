#!/bin/sh
# Starts a load balancing server and two counting servers, and shows where they listen. Options are those of `tally up`:
# ./startupAllServers.sh --servers 3. On a fresh Debian 12 it first installs and builds what is missing, which takes
# minutes; from then on seconds. Ctrl-C stops everything.
set -eu
root=$(dirname "$(readlink -f "$0")")
sh "$root/scripts/build-release.sh"
exec "$root/build/release/tally" up "$@"
