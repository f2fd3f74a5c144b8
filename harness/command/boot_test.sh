#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# One boot test, for ctest (bimetal_add_boot_test() in Bimetal.cmake):
#   boot_test.sh BIMETAL EXPECT SCREEN EXIT [argument of bimetal run]...
# EXPECT, SCREEN: regular expressions, or empty. EXIT: the exit code of a run to the kernel's own end,
# or empty: that run is made only if nothing else is expected.
set -euo pipefail
bimetal=$1 expect=$2 screen=$3 exit=$4
shift 4
[ -n "$expect$screen$exit" ] || exit=0

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# run WANTED ARGUMENT...: the run's output, and whether its exit code is the one that is wanted
run() {
	local wanted=$1 status=0
	shift
	"$bimetal" run --serial stdio "$@" </dev/null || status=$?
	[ "$status" = "$wanted" ] || { echo "exit code $status, not $wanted"; return 1; }
}

# wait LINE REGEX: a command of the script
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
