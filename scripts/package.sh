#!/bin/sh
# Leaves NAME_VERSION_ARCHITECTURE.deb in build/package for tally, libtally0 and libtally-dev: for this machine's release
# of Debian.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

sh scripts/install-packages.sh build package
sh scripts/build-release.sh
cmake --build --preset release --target package_files
rm -rf build/package
(cd build/release && cpack -G DEB -B ../package)
rm -rf build/package/_CPack_Packages
echo "Install Tally by:              apt install ./$(echo build/package/tally_*.deb)"
echo "and what C++ programs need by: apt install $(printf './%s ' build/package/libtally*.deb)"
