#!/bin/sh
# Leaves tally_VERSION_ARCHITECTURE.deb in build/package: for this machine's release of Debian.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

sh scripts/install-packages.sh build package
sh scripts/build-release.sh
cmake --build --preset release --target package_files
rm -rf build/package
(cd build/release && cpack -G DEB -B ../package)
rm -rf build/package/_CPack_Packages
echo "Install it by: apt install ./$(echo build/package/*.deb)"
