#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boot_tests.sh BOOT_TEST BIMETAL KERNELS: checks that boot tests pass and fail as they should.
set -euo pipefail
boot_test=$1 bimetal=$2 kernels=$3
out=$(mktemp)
trap 'rm -f "$out"' EXIT
faults=0

# passes|fails EXPECT SCREEN EXIT ARGUMENT...
passes() { "$boot_test" "$bimetal" "$@" >"$out" 2>&1 || wrong "failed" "$@"; }
fails() { ! "$boot_test" "$bimetal" "$@" >"$out" 2>&1 || wrong "passed" "$@"; }
wrong() {
	echo "$1: $(printf "'%s' " "${@:2}")"
	cat "$out"
	faults=$((faults + 1))
}

hello=$kernels/hello reference=$kernels/reference endless=$kernels/loop_forever
passes H "" "" "$hello"
passes "" "" "" "$hello"
passes "" "" 0 "$hello"
passes H "" 0 "$hello"
passes "" "timer" "" "$reference"
passes "DONE passed" "timer" 0 --append selftest "$reference"
passes "the end is near" "" "" "$endless"
passes "the end is near" "" 4 --max-time 50ms "$endless"
passes "" "" 2 "$kernels/no such file"
fails h "" "" "$hello"
fails "" H "" "$hello"
fails H "" 1 "$hello"
fails "" "" 1 "$hello"
fails "a/b" "" "" "$hello"
fails "[" "" "" "$hello"
fails "" "no such text" "" --max-time 2s "$reference"
fails "DONE passed" "no such text" 0 --append selftest "$reference"
fails "" "" "" --max-time 50ms "$endless"
fails "" "" "" "$kernels/no such file"
[ "$faults" = 0 ]
