#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Do the tests of drivers and models find mechanical faults? generate.awk makes the faults, subjects.txt says
# which tests must find them, survivors.txt why a fault may survive.
#
#   mechanical.sh [-n N] [-w K/M] [-o CMAKE_OPTION]... [ROOT [FILTER]]
#
#   -n N     about one of N faults (1: each)
#   -w K/M   only the share K of M, counted from 0, so that M runs can work in parallel
#   FILTER   only files whose names match this regular expression
#
# Prints "SURVIVED FILE|KIND|CHANGE|" for each survivor without a reason, and a summary of each file. To give a
# reason, append that text to survivors.txt, followed by "same: why" if the change cannot be seen from outside
# (it is then no fault), or by why it may survive.
# Exit status: 0 at least 95 % were found and each survivor has a reason, 1 not so, 2 something could not be tried.
set -u

readonly GOAL=95
readonly SECONDS_FOR_A_TEST=60 # a fault that hangs its test is caught
options=() step=1 share=0/1
usage() {
	echo "usage: mechanical.sh [-n N] [-w K/M] [-o CMAKE_OPTION]... [ROOT [FILTER]]" >&2
	exit 2
}
while getopts n:w:o: opt; do
	case $opt in
	n) step=$OPTARG ;;
	w) share=$OPTARG ;;
	o) options+=("$OPTARG") ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
here=$(realpath "$(dirname "$0")")
root=$(realpath "${1:-$here/../../..}")
filter=${2-}

# shellcheck source=common.sh
. "$here/common.sh"

# Faults are made in code and in the drivers' register constants. Not in the models' tables, as the test
# docs_registers finds every change there; not in texts and fonts.
sources() {
	(cd "$root" && printf "%s\n" drivers/*/*.[ch] drivers/include/bimetal/*.h devices/*/*.c | grep -vE '(^|[_/])(lints|registers|font)\.c' |
		grep -E -- "$filter")
}

run_test() {
	local program environment=()
	program=$(echo "$build"/tests/*/"$1")
	local stimuli
	for stimuli in "$tree"/tests/*/*/"$1.stimuli"; do
		[ ! -f "$stimuli" ] || environment+=(BIMETAL_TWIN_STIMULI="$stimuli")
	done
	(cd "$scratch" && env "${environment[@]}" timeout "$SECONDS_FOR_A_TEST" "$program" -j1 --fail-fast \
		>"$scratch/log" 2>&1)
}

# One test after the other, as usually the first one fails.
caught() {
	local test
	for test in "${tests[@]}"; do
		build_targets "$test" && run_test "$test" || return 0
	done
	return 1
}

copy_tree
configure_plain
# shellcheck disable=SC2046 # one name is one word
mechanical_faults "$step" "$share" $(sources) >"$scratch/faults"
[ -s "$scratch/faults" ] || die "no faults"

n_caught=0 n_survived=0 n_unknown=0 n_same=0 n_none=0 last='' code=''
file_caught=0 file_survived=0
# Print the summary of the finished file.
sum_up() {
	[ $((file_caught + file_survived)) = 0 ] || echo "$last: $file_caught caught, $file_survived survived"
	file_caught=0 file_survived=0
}
while IFS='|' read -r name _ kind edit; do
	file=$tree/$name
	if [ "$name" != "$last" ]; then
		sum_up
		list=$(tests_of "$name") || exit
		IFS=, read -ra tests <<<"$list"
		build_targets "${tests[@]}" || die_of_log "${tests[*]}: cannot be built"
		! caught || die_of_log "$name: its tests fail without a fault"
		last=$name code=$(code_of "$name")
	fi
	cp -p "$file" "$scratch/original" || die "$name: no such file"
	sed -i -- "$edit" "$file"
	changed=$(change "$file")
	touch "$file"
	if [ -z "$changed" ] || ! build_targets "${tests[0]}" || { [ -n "$code" ] && [ "$(code_of "$name")" = "$code" ]; }; then
		n_none=$((n_none + 1))
	elif caught; then
		n_caught=$((n_caught + 1))
		file_caught=$((file_caught + 1))
	else
		reason=$(reason_of "$name" "$kind" "$changed")
		if [[ ${reason##*|} == same:* ]]; then
			n_same=$((n_same + 1))
		else
			n_survived=$((n_survived + 1))
			file_survived=$((file_survived + 1))
			[ -n "$reason" ] || {
				echo "SURVIVED $name|$kind|$changed|"
				n_unknown=$((n_unknown + 1))
			}
		fi
	fi
	cp "$scratch/original" "$file"
	touch "$file"
done <"$scratch/faults"

sum_up
echo "$n_caught caught, $n_survived survived, $n_unknown of them without a reason"
echo "$n_same more cannot be seen from outside, $n_none are no faults"
[ "$n_unknown" = 0 ] && [ $((100 * n_caught)) -ge $((GOAL * (n_caught + n_survived))) ]
