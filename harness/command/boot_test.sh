#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# One boot test, for ctest (bimetal_add_boot_test() in Bimetal.cmake):
#   boot_test.sh BIMETAL EXPECT SCREEN EXIT [argument of bimetal run]...
# EXPECT, SCREEN: regular expressions, or empty. EXIT: the exit code that a run to the kernel's end must
# have, or empty: then there is such a run only if EXPECT and SCREEN are empty too.
set -euo pipefail
bimetal=$1 expect=$2 screen=$3 exit=$4
shift 4
[ -n "$expect$screen$exit" ] || exit=0

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# run WANTED ARGUMENT...: prints the run's output; fails unless the exit code is WANTED
run() {
	local wanted=$1 status=0
	shift
	"$bimetal" run --serial stdio "$@" </dev/null || status=$?
	[ "$status" = "$wanted" ] || { echo "exit code $status, not $wanted"; return 1; }
}

# wait LINE REGEX: print a wait command for the script
wait_for() { [ -z "$2" ] || printf 'wait %s /%s/\n' "$1" "${2//\//\\/}"; }

if [ -n "$expect$screen" ]; then
	{
		wait_for serial "$expect"
		wait_for screen "$screen"
		echo quit
	} >"$out/script"
	run 0 --script "$out/script" "$@"
fi
if [ -n "$exit" ]; then run "$exit" "$@"; fi
