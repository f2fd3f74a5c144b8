#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Do the tests find the faults of mutants.txt? Each line breaks one thing in a temporary copy of the tree, and
# names the test that must fail.
#
#   run.sh [-o CMAKE_OPTION]... [ROOT [FILTER]]     FILTER: only lines that contain this text
#
# Exit status: 0 all were found, 1 some survived, 2 a fault does not apply or compile, or a test fails
# without one.
set -u

options=()
while getopts o: opt; do
	case $opt in
	o) options+=("$OPTARG") ;;
	*)
		echo "usage: run.sh [-o CMAKE_OPTION]... [ROOT [FILTER]]" >&2
		exit 2
		;;
	esac
done
shift $((OPTIND - 1))
here=$(realpath "$(dirname "$0")")
root=$(realpath "${1:-$here/../../..}")
filter=${2-}
seconds=120 # a mutant that hangs its test is caught

# shellcheck source=common.sh
. "$here/common.sh"

# A test is a program of its name; or, as kernel.NAME, a kernel that the bimetal program runs.
build_test() {
	case $1 in
	kernel.*) build_targets bimetal-cli "kernel-${1#kernel.}" ;;
	*) build_targets "$1" ;;
	esac
}

run_test() {
	(cd "$build" && ctest -R "^$1\$" --no-tests=error --timeout "$seconds" >"$scratch/log" 2>&1)
}

copy_tree
configure -DCMAKE_BUILD_TYPE=Debug

files=() edits=() targets=()
while IFS= read -r line; do
	[[ -z $line || $line == '#'* || $line != *"$filter"* ]] && continue
	files+=("${line%%|*}")
	targets+=("${line##*|}")
	line=${line#*|}
	edits+=("${line%|*}")
done <"$here/mutants.txt"
[ ${#files[@]} -gt 0 ] || die "no mutants"

for target in $(printf '%s\n' "${targets[@]}" | sort -u); do
	build_test "$target" || die_of_log "$target does not build"
	run_test "$target" || die_of_log "$target fails without a mutant"
done

caught=0 survived=0 broken=0
for i in "${!files[@]}"; do
	file=$tree/${files[i]} target=${targets[i]} what="${files[i]}: ${edits[i]}"
	cp -p "$file" "$scratch/original" || die "${files[i]}: no such file"
	sed -i -- "${edits[i]}" "$file"
	if cmp -s "$file" "$scratch/original"; then
		echo "does not apply: $what"
		broken=$((broken + 1))
		continue
	fi
	touch "$file"
	if ! build_test "$target"; then
		echo "does not compile: $what"
		broken=$((broken + 1))
	elif run_test "$target"; then
		echo "SURVIVED $target: $what"
		survived=$((survived + 1))
	else
		echo "caught by $target: $what"
		caught=$((caught + 1))
	fi
	cp "$scratch/original" "$file"
done

echo "$caught caught, $survived survived"
[ $broken = 0 ] || die "$broken faults could not be tried"
[ $survived = 0 ]
