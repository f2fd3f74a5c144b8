#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A foreign image up to its first output, on serial port or screen, with no unknown BIOS call.
# usage: banner.sh BIMETAL MARKER [OPTION...] IMAGE
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 marker=$2
shift 2
need "${!#}"

status=0
"$bimetal" run --expect "$marker" --max-time 30s --screen-text "$scratch/screen" "$@" </dev/null \
	>"$scratch/serial" 2>"$scratch/messages" || status=$?
cat "$scratch/serial" "$scratch/screen" "$scratch/messages"
[ "$status" = 0 ] || fail "exit code $status: no \"$marker\""
if grep 'not modelled: bios' "$scratch/messages"; then fail "a BIOS call was not understood"; fi
