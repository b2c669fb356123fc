#!/bin/sh
# systemd's own judgement of the units, on a machine that has the package: units_test.sh BUILD_FOLDER
set -eu
# shellcheck source=tests/package/in_root.sh
. "$(dirname "$0")/in_root.sh"
[ -n "${TALLY_ROOT:-}" ] || as_root "$1/package/units_test" "$1"
mount_root
cp "$1"/package/old/tally_*.deb "$TALLY_ROOT/tally.deb"
in_root dpkg -i /tally.deb
for unit in tally-server.service tally-balancer.service; do
  said=$(in_root systemd-analyze verify --man=no "/lib/systemd/system/$unit" 2>&1) || { echo "$said"; exit 1; }
  [ -z "$said" ] || { echo "$said"; exit 1; }
  in_root systemd-analyze security --offline=true --threshold=20 "/lib/systemd/system/$unit" | tail -1
done
