#!/bin/sh
# manual_test.sh FOLDER: mandoc finds nothing to complain about in any page of the folder, and renders each.
set -eu
cd "$1"
pages=0
for page in *.1; do
  mandoc -T lint -W warning "$page"
  text=$(mandoc -T utf8 "$page" | col -b)
  for section in NAME SYNOPSIS DESCRIPTION "EXIT STATUS" "SEE ALSO"; do
    echo "$text" | grep -q "^$section" || { echo "$page has no section $section"; exit 1; }
  done
  pages=$((pages + 1))
done
[ "$pages" -gt 10 ] || { echo "only $pages pages in $1"; exit 1; }
