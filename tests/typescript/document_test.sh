#!/bin/sh
# Changes the OpenAPI document in ways that the TypeScript client has to know of, and sees it fail to compile:
# document_test.sh DOCUMENT FOLDER. FOLDER is where build.sh built it.
set -eu
document=$1
cd "$2"
rm -rf changed
mkdir changed
cp tests/tsconfig.json tests/document.ts changed

# sees CHANGE SED-SCRIPT
sees() {
  sed "$2" "$document" >changed/openapi.json
  if cmp -s "$document" changed/openapi.json; then
    echo "document_test.sh: '$1' changed nothing: mend the test." >&2
    exit 1
  fi
  node_modules/.bin/openapi-typescript changed/openapi.json --output changed/openapi.ts >changed/log 2>&1 || {
    cat changed/log >&2
    exit 1
  }
  if node_modules/.bin/tsc --project changed --noEmit >changed/log; then
    echo "document_test.sh: the client does not see $1." >&2
    exit 1
  fi
  grep -q '^changed/document.ts' changed/log || {
    cat changed/log >&2
    exit 1
  }
}
sees 'a field of another name' 's/"staleness_ms"/"age_ms"/'
sees 'a field that need not be there' 's/"required": \["name", "value", "ack"\]/"required": ["name", "value"]/'
sees 'a value of another type' 's/"Value": {/"Value": {"type": "string"}, "OldValue": {/'
sees 'another kind of problem' 's|"/problems/unknown-outcome"$|"/problems/unknown-outcome", "/problems/late"|'
sees 'another status' 's/"202": {/"204": {/'
sees 'another parameter' 's/"name": "prefix"/"name": "begin"/'
