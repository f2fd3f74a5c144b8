#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_reports.sh PROBE: a failed check fails its test, and prints the place, the text and both values.
set -u
faults=0
out=$("$1" 2>&1) && { echo "failing checks, and exit code 0"; faults=1; }

says() {
	grep -qF -- "$1" <<<"$out" && return
	echo "nowhere: $1"
	faults=1
}
says 'check_probe.c:'
says 'three + 1 == 0x10: 4 (0x4), 16 (0x10): after 3'
says 'NULL == "text": NULL, "text"'
says '-1 < -2: -1, -2'
says "'x' == '\\n': 'x' (0x78), '\\12' (0xa)"
says 'three == 4: a message'
says 'not reached: reached'
says 'went on'
says '1 == 2: 1, 2'
says 'Tested: 3 | Passing: 1 | Failing: 2 | Crashing: 0'
[ "$faults" = 0 ] || printf '%s\n' "$out"
exit "$faults"
