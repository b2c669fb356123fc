#!/bin/sh
# Makes what the package has besides sources and program: make_files.sh TALLY MANUAL CHANGELOG DEBIAN_CHANGELOG FOLDER.
# Debian wants texts compressed, and without the moment at which that was done.
set -eu
tally=$1 manual=$2 changelog=$3 debian_changelog=$4 folder=$5
rm -rf "$folder"
mkdir -p "$folder/doc/tally" "$folder/man/man1" "$folder/bash-completion/completions" "$folder/zsh/vendor-completions" \
         "$folder/fish/vendor_completions.d"
gzip -9nc "$changelog" >"$folder/doc/tally/CHANGELOG.md.gz"
gzip -9nc "$debian_changelog" >"$folder/doc/tally/changelog.gz"
for page in "$manual"/*.1; do gzip -9nc "$page" >"$folder/man/man1/$(basename "$page").gz"; done
"$tally" completion bash >"$folder/bash-completion/completions/tally"
"$tally" completion zsh >"$folder/zsh/vendor-completions/_tally"
"$tally" completion fish >"$folder/fish/vendor_completions.d/tally.fish"
