#!/bin/sh
# Installs the Debian packages that Tally needs and this machine lacks: scripts/install-packages.sh SET...
#
#   build   to build the program and to try it    lint    to check format and style
#   test    to build and run the tests, beside Redis and its clients
#   package to pack the program as a .deb
#   bench   to measure, with the peers that we compare with
#
# By apt, as root or through sudo; where neither is possible it says what to install and exits 1. Nothing is removed,
# and no service is started or restarted. When all is there it takes one look at dpkg's database and says nothing.
set -eu

# unless_there COMMAND PACKAGE: Node often comes from elsewhere than Debian, and then conflicts with Debian's packages.
unless_there() { command -v "$1" >/dev/null || echo "$2"; }

packages() {
  case $1 in
    build) echo g++ cmake ninja-build make libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev \
                libboost-context1.81-dev libsimdjson-dev libcli11-dev libspdlog-dev libfmt-dev \
               libprotobuf-dev protobuf-compiler librocksdb-dev libedit-dev libssl-dev prometheus-cpp-dev pkgconf \
               curl "$(unless_there node nodejs)" "$(unless_there npm npm)" ;;
    test) echo openssl libgtest-dev libgmock-dev librapidcheck-dev iproute2 clang-14 libclang-rt-14-dev \
               redis-server libhiredis-dev python3-redis libvalijson-dev prometheus bash zsh fish mandoc adduser dpkg-dev \
               file lintian systemd chromium ;;
    package) echo dpkg-dev file ;;
    lint) echo clang-14 clang-tidy-14 clang-format-14 shellcheck ;;
    bench) echo libbenchmark-dev libtbb-dev iproute2 nginx redis-server memcached postgresql etcd-server valgrind ;;
    *) say "'$1' is no set of packages: choose from build, test, lint, package and bench."; exit 2 ;;
  esac
}

with_services="nginx redis-server memcached postgresql etcd-server prometheus" # packages that start one
say() { echo "install-packages: $*" >&2; }

# Forbids service starts until this process ends, by the program that every package asks first: invoke-rc.d(8).
forbid_service_starts() {
  policy=/usr/sbin/policy-rc.d
  # One installation at a time, lest one takes the policy away under the other. The lock ends with the process.
  exec 9>/run/tally-install-packages.lock
  flock 9
  # One of ours may stand there still, if its process was killed outright. Anybody else's is left alone.
  if [ -e "$policy" ] && ! grep -q '^# tally: ' "$policy"; then
    starts= # those of ours that would
    for package in $with_services; do
      case " $* " in *" $package "*) starts="$starts $package" ;; esac
    done
    [ -n "$starts" ] || return 0
    status=0
    "$policy" redis-server start >/dev/null 2>&1 || status=$?
    [ "$status" -eq 101 ] && return 0
    say "this machine's $policy would let these start:$starts. Install them by hand if you want that."
    exit 1
  fi
  trap 'rm -f "$policy"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  printf '#!/bin/sh\n# tally: no service starts while packages are installed\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}

install_as_root() {
  forbid_service_starts "$@"
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
  # A source that cannot be reached may not be the one that is needed: after the last try, installing decides.
  for pause in 5 15 0; do
    apt-get update -qq -o APT::Update::Error-Mode=any 9>&- && break
    say "apt-get update failed."
    sleep "$pause"
  done
  apt-get install -y -qq --no-install-recommends --no-remove -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 \
          -o Dpkg::Use-Pty=0 "$@" </dev/null 9>&- || {
    say "apt could not install all of: $*. Its reason stands above; these are packages of Debian 12."
    exit 1
  }
  # What we brought does not start at the next boot either.
  for package in $with_services; do
    service=$package
    [ "$package" = etcd-server ] && service=etcd
    case " $* " in *" $package "*) ! command -v systemctl >/dev/null || systemctl disable -q "$service" ;; esac
  done
}

if [ "${1-}" = --as-root ]; then # called by ourselves, below
  shift
  install_as_root "$@"
  exit
fi

[ $# -gt 0 ] || { say "which set? build, test, lint or bench, or several."; exit 2; }
wanted=
for set in "$@"; do
  wanted="$wanted $(packages "$set")"
done

if ! command -v apt-get >/dev/null; then
  say "this machine has no apt-get. Tally is built on Debian 12, with these of its packages:$wanted"
  exit 1
fi

# shellcheck disable=SC2016,SC2086 # dpkg-query's own variables; one word a package
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p')
# shellcheck disable=SC2086
missing=$(printf '%s\n' $wanted | sort -u | grep -vxF "$installed" || true)
# shellcheck disable=SC2086
set -- $missing
[ $# -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
  become_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
  become_root=sudo
else
  say "packages are missing, and this is neither root nor may it become root through sudo. As root, run

  apt-get update && apt-get install --no-install-recommends $*

and start again."
  exit 1
fi
echo "Installing $# packages: $*"
$become_root sh "$0" --as-root "$@"
