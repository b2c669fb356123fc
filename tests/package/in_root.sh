# shellcheck shell=sh
# Sourced: a machine of its own to install packages on, without touching this one. Its files are those of BASE (a
# folder, as debootstrap makes one; / if not set) under a layer that is thrown away, and it ends with the script. Its
# network is loopback alone; with BASE it is this machine's, since packages are fetched from Debian then:
#
#   debootstrap --variant=minbase bookworm /tmp/bookworm && BASE=/tmp/bookworm sh tests/package/install_test.sh build/release
#
#   as_root FOLDER SCRIPT...   runs this script in it with SCRIPT..., as root; FOLDER: where its layer is written
#   in_root COMMAND...         runs COMMAND there
#   become_in_root COMMAND...  becomes it
#   install_debs DEB...        installs these of this machine's files there
#   step, fail, equal          what the test says of itself

as_root() {
  folder=$1
  shift
  [ "$(id -u)" -eq 0 ] || { echo "this needs root, to make a machine of its own (unshare, mount, chroot)" >&2; exit 1; }
  rm -rf "$folder"
  mkdir -p "$folder/changed" "$folder/work" "$folder/root"
  status=0
  network=--net
  [ -z "${BASE:-}" ] || network=
  # shellcheck disable=SC2086 # no word when empty
  TALLY_ROOT=$folder/root unshare --mount $network --pid --fork --kill-child sh "$0" "$@" || status=$?
  rm -rf "$folder"
  exit "$status"
}

mount_root() {
  layer=${TALLY_ROOT%/root}
  mount -t overlay overlay -o "lowerdir=${BASE:-/},upperdir=$layer/changed,workdir=$layer/work" "$TALLY_ROOT"
  mount -t proc proc "$TALLY_ROOT/proc"
  mount --rbind /dev "$TALLY_ROOT/dev"
  mount -t tmpfs tmpfs "$TALLY_ROOT/run"
  [ -n "${BASE:-}" ] || ip link set lo up
}

in_root() { (become_in_root "$@"); }
become_in_root() {
  exec chroot "$TALLY_ROOT" env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

install_debs() {
  rm -f "$TALLY_ROOT"/*.deb
  cp "$@" "$TALLY_ROOT"
  in_root sh -c 'exec apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 /*.deb' </dev/null
}

step() { echo "---- $*"; }
fail() { echo "$(basename "$0"): $*" >&2; exit 1; }
equal() { [ "$1" = "$2" ] || fail "'$1' is not '$2'${3:+: $3}"; }
