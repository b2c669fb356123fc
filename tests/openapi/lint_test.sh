#!/bin/sh
# Lints the OpenAPI document, and three copies of it with a mistake that a linter has to see:
# lint_test.sh DOCUMENT FOLDER. The packages of package-lock.json go to FOLDER.
set -eu
here=$(dirname "$(readlink -f "$0")")
document=$1 folder=$2
"$here/../../scripts/npm_ci.sh" "$here" "$folder"
export NODE_PATH="$folder/node_modules"

node "$here/lint.js" "$document" || {
  echo "lint_test.sh: mend src/api/openapi.json as said above." >&2
  exit 1
}

# sees MISTAKE SED-SCRIPT
sees() {
  sed "$2" "$document" >"$folder/mistaken.json"
  if cmp -s "$document" "$folder/mistaken.json"; then
    echo "lint_test.sh: '$1' changed nothing: mend the test." >&2
    exit 1
  fi
  if node "$here/lint.js" "$folder/mistaken.json" >/dev/null; then
    echo "lint_test.sh: the linter does not see $1." >&2
    exit 1
  fi
}
sees 'an example that breaks its schema' 's/"value": 1234, "staleness_ms": 410/"value": "many", "staleness_ms": 410/'
sees 'a reference that leads nowhere' 's|"#/components/schemas/Tree"|"#/components/schemas/Wood"|'
sees 'two operations of one name' 's/"operationId": "tellReady"/"operationId": "tellAlive"/'
