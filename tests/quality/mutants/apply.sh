#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks that each fault of mutants.txt and of historical/ still changes the sources (a fault without an effect
# could not be found), and that the tests that they and subjects.txt name exist.
# usage: apply.sh ROOT
set -euo pipefail
shopt -s extglob
root=$1
here=$root/tests/quality/mutants
faults=0

say() {
	echo "$*"
	faults=$((faults + 1))
}

sources=" $(find "$root/tests" \( -name '*.c' -o -name '*.sh' \) -printf '%f ')"
missing() { # FILE TESTS, with commas
	local test
	for test in ${2//,/ }; do
		test=${test#kernel.}
		# A source can be several kernels, NAME32, NAMEpae, NAME64.
		[[ $sources == *" $test.c "* ]] || test=${test%@(32|pae|64)}
		[[ $test == differential || $sources == *" $test.c "* || $sources == *" $test.sh "* ]] || say "$1: there is no test $test"
	done
}

while IFS= read -r line; do
	[[ -z $line || $line == '#'* ]] && continue
	file=${line%%|*} target=${line##*|} edit=${line#*|} edit=${edit%|*}
	! sed -- "$edit" "$root/$file" | cmp -s - "$root/$file" || say "mutants.txt: no effect: $line"
	missing mutants.txt "$target"
done <"$here/mutants.txt"

command -v patch >/dev/null || { echo "SKIP: patch is not installed"; exit 77; }
for patch in "$here"/historical/*.patch; do
	patch --dry-run -s -f -d "$root" -p1 <"$patch" >/dev/null || say "$(basename "$patch"): does not apply"
	missing "$(basename "$patch")" "$(sed -n 's/^\(Tests\|Twin\): //p;/^$/q' "$patch" | paste -sd,)"
done
while IFS='|' read -r globs tests; do
	[[ $globs == '#'* ]] || missing subjects.txt "$tests"
done <"$here/subjects.txt"
[ "$faults" = 0 ]
