#!/bin/sh
# Debian's own judgement of the packages: lintian_test.sh BUILD_FOLDER
set -eu
exec lintian --allow-root --fail-on error,warning --info "$1"/package/old/*.deb
