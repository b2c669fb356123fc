#!/bin/sh
# Packs what was built, and the same as the version that comes after it: build.sh BUILD_FOLDER. They are left in
# BUILD_FOLDER/package/old and BUILD_FOLDER/package/new.
set -eu
cd "$1"
pack() { # FOLDER CPACK_OPTION...
  folder=package/$1
  shift
  rm -rf "$folder"
  cpack -G DEB -B "$PWD/$folder" "$@"
  rm -rf "$folder/_CPack_Packages"
}
pack old
pack new -R 99.0.0
