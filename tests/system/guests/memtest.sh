#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# memtest86+ on the machine pc by its 32-bit entry point: it tests, and makes progress.
# usage: memtest.sh BIMETAL IMAGE
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 image=$2
need "$image"

status=0
"$bimetal" run --machine pc -m 64M --append 'console=ttyS0,115200' --serial "$scratch/serial" \
	--expect 'Pass +[0-9]*[1-9][0-9]*%' --screen-text "$scratch/screen" \
	--max-time 60s "$image" </dev/null 2>"$scratch/messages" || status=$?

cat "$scratch/screen" "$scratch/messages"
[ "$status" = 0 ] || fail "exit code $status: no pass percentage above 0 on the screen"
grep -q 'Status: Testing' "$scratch/screen" || fail 'it does not say that it tests'
grep -qE 'Errors: 0( |$)' "$scratch/screen" || fail 'it found errors'
