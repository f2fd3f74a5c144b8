#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks that docs/registers/ is what `bimetal devices --markdown` prints.
# usage: pages.sh [--update] BIMETAL ROOT
#   --update   write the pages instead of comparing them
set -euo pipefail

update=false
if [ "${1-}" = --update ]; then
	update=true
	shift
fi
bimetal=$1
pages=$2/docs/registers
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/registers"
"$bimetal" devices --markdown >"$scratch/registers/README.md"
"$bimetal" devices --list >"$scratch/names"
[ -s "$scratch/names" ] || { echo "no models"; exit 1; }
while read -r name; do
	"$bimetal" devices --markdown "$name" >"$scratch/registers/$name.md"
done <"$scratch/names"

if $update; then
	rm -rf "$pages"
	cp -r "$scratch/registers" "$pages"
	exit
fi
diff -ru "$pages" "$scratch/registers" && exit
echo "docs/registers is out of date: run ./dev docs"
exit 1
