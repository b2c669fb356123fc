#!/bin/sh
# Builds the TypeScript client as npm would, and its tests beside it: build.sh FOLDER. There the tests are a
# part of the package, and import it by its name, as its users do.
set -eu
here=$(dirname "$(readlink -f "$0")")
root=$here/../..
folder=$1
"$here/../../scripts/npm_ci.sh" "$root/clients/typescript" "$folder"
cd "$folder"
rm -rf src dist tests
cp -R "$root/clients/typescript/src" "$root/clients/typescript/tsconfig.json" \
      "$root/clients/typescript/README.md" "$root/clients/typescript/LICENSE" .
mkdir tests
cp "$here"/*.ts "$here/tsconfig.json" tests
# The program in the README is compiled, and run, too.
awk '/^```ts$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >tests/readme.ts
node_modules/.bin/tsc
node_modules/.bin/openapi-typescript "$root/src/api/openapi.json" --output tests/openapi.ts >openapi.log 2>&1 || {
  cat openapi.log >&2
  exit 1
}
node_modules/.bin/tsc --project tests || {
  echo "build.sh: if it is document.ts, the OpenAPI document has what the client does not know: see src/wire.ts there." >&2
  exit 1
}
