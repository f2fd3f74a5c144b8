#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each fault of mutants.txt and of historical/ still changes the sources, as ctest sees to: what has no
# effect would be found by nobody for ever. And the tests that they name exist.
# usage: apply.sh ROOT
set -euo pipefail
root=$1
here=$root/tests/mutants
faults=0

say() {
	echo "$*"
	faults=$((faults + 1))
}

while IFS= read -r line; do
	[[ -z $line || $line == '#'* ]] && continue
	file=${line%%|*} target=${line##*|} edit=${line#*|} edit=${edit%|*}
	! sed -- "$edit" "$root/$file" | cmp -s - "$root/$file" || say "mutants.txt: no effect: $line"
done <"$here/mutants.txt"

command -v patch >/dev/null || { echo "SKIP: patch is not installed"; exit 77; }
for patch in "$here"/historical/*.patch; do
	patch --dry-run -s -f -d "$root" -p1 <"$patch" >/dev/null || say "$(basename "$patch"): does not apply"
done
[ "$faults" = 0 ]
