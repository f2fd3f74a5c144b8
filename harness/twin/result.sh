#!/bin/sh
# SPDX-License-Identifier: MIT
# What a run of all tests of a program found out about one of them, for ctest, which has a case for each.
#   result.sh SUITE.NAME PROGRAM
# Environment: as for run.sh.
test=$1 program=$2 result=$TWIN_TRACES/$1
# The run was left out (ctest -FS), or was of another build.
if [ ! -e "$result.failed" ] && { [ ! -e "$result.native" ] || [ "$program" -nt "$result.native" ]; }; then
	"${0%/*}/run.sh" native "$program" "$test" >/dev/null 2>&1
fi
if [ -e "$result.failed" ]; then
	cat "$result.failed"
	exit 1
fi
[ -e "$result.native" ] || {
	echo "no test $test ran in $program"
	exit 1
}
