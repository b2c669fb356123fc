#!/bin/sh
# The life of the package on a machine: install_test.sh BUILD_FOLDER. There is no systemd in it; what the units would
# start is started as they say.
set -eu
# shellcheck source=tests/package/in_root.sh
. "$(dirname "$0")/in_root.sh"
[ -n "${TALLY_ROOT:-}" ] || as_root "$1/package/install_test" "$1"
build=$1
mount_root

there() { [ -e "$TALLY_ROOT$1" ] || fail "$1 is not there"; }
gone() { [ ! -e "$TALLY_ROOT$1" ] || fail "$1 is still there"; }

install_tally() { install_debs "$build/package/$1"/tally_*.deb; }

# As the unit's User=, StateDirectory=, Environment= and ExecStart= say.
start() {
  unit=$TALLY_ROOT/lib/systemd/system/tally-$1.service
  command=$(sed -n 's/^ExecStart=//p' "$unit")
  user=$(sed -n 's/^User=//p' "$unit")
  state=$(sed -n 's/^StateDirectory=//p' "$unit")
  [ -z "$state" ] || in_root install -d -o "$user" -g "$user" -m "$(sed -n 's/^StateDirectoryMode=//p' "$unit")" "/var/lib/$state"
  # shellcheck disable=SC2046,SC2086 # its words
  become_in_root setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs \
    env $(sed -n 's/^Environment=//p' "$unit" | sed 's/%l/host-1/') $command >"$TALLY_ROOT/$1.log" 2>&1 &
}

start_both() {
  start balancer
  balancer=$!
  start server
  server=$!
  for url in http://127.0.0.1:7070/v1/assignment http://127.0.0.1:7071/readyz; do
    curl -fsS -o "$TALLY_ROOT/answer" --retry 40 --retry-all-errors --retry-delay 1 --max-time 5 "$url" 2>"$TALLY_ROOT/curl.log" ||
      fail "$url: $(cat "$TALLY_ROOT/curl.log" "$TALLY_ROOT/server.log" "$TALLY_ROOT/balancer.log")"
  done
}

stop_both() {
  for process in "$server" "$balancer"; do
    kill "$process"
    wait "$process" || fail "it ended with status $?: $(cat "$TALLY_ROOT/server.log" "$TALLY_ROOT/balancer.log")"
  done
}

step "install"
install_tally old
there /usr/bin/tally
there /etc/tally/tally.toml
equal "$(in_root id -un tally)" tally
start_both
equal "$(in_root tally add page-views 41)" 41
equal "$(in_root tally servers | awk '$1 == "host-1" { print $1, $3 }')" "host-1 ready"
equal "$(in_root stat -c %U:%a /var/lib/tally)" tally:750

step "upgrade, while it runs"
echo "# kept by the administrator" >>"$TALLY_ROOT/etc/tally/tally.toml"
install_tally new
# shellcheck disable=SC2016 # dpkg's own
equal "$(in_root dpkg-query -W -f '${Version}' tally)" 99.0.0
equal "$(tail -1 "$TALLY_ROOT/etc/tally/tally.toml")" "# kept by the administrator"
equal "$(in_root tally add page-views)" 42 "the old process serves on"
stop_both
start_both
equal "$(in_root tally get page-views)" 42 "after the restart"
stop_both

step "remove"
in_root apt-get remove -y -qq -o Dpkg::Use-Pty=0 tally </dev/null
gone /usr/bin/tally
there /etc/tally/tally.toml
there /var/lib/tally/CURRENT

step "purge"
said=$(in_root dpkg --purge tally)
gone /etc/tally/tally.toml
there /var/lib/tally/CURRENT
case $said in *"The counts in /var/lib/tally are left."*) ;; *) fail "purge said nothing of the counts: $said" ;; esac
echo "install_test: passed"
