#!/bin/sh
# The rules are rules, each alert was seen to fire, and docs/operating.md says what it means: alerts_test.sh FOLDER.
set -eu
cd "$1"
promtool check config prometheus.yml >/dev/null
promtool check rules --lint=all --lint-fatal alerts.yml >/dev/null
promtool test rules alerts_test.yml >/dev/null

unnamed=$(sed -n 's/^ *- alert: //p' alerts.yml | while read -r alert; do
  for place in alerts_test.yml ../../docs/operating.md; do
    grep -q "$alert" "$place" || echo "alerts_test.sh: $place does not name $alert."
  done
done)
[ -z "$unnamed" ] || {
  echo "$unnamed" >&2
  exit 1
}
