#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tlb_stale.sh BIMETAL IMAGE: runs tlb_stale.c. Each mistake must be reported with its line ("BAD name") and that of
# the access ("USE load"), and with --tlb stale the CPU must use what it had cached. Without --tlb nothing is reported.
set -euo pipefail
bimetal=$1 image=$2
source=$(dirname "$0")/tlb_stale.c
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0

fail() { echo "FAIL: $*"; bad=1; }
line_of() { grep -n "/\* $1 \*/" "$source" | cut -d: -f1; }

# run MODE: leaves its output and messages
run() {
	"$bimetal" run --machine isapc -m 64M --serial "$scratch/serial" --tlb "$1" --stats "$scratch/stats.$1" \
		--verify plain,stepped "$image" >"$scratch/out" 2>"$scratch/messages.$1" </dev/null ||
		fail "--tlb $1: exit code $?"
	tr -d '\r' <"$scratch/serial" >"$scratch/serial.$1"
}

# reported NAME: the messages name both lines
reported() {
	local line writes message access=load
	line=$(line_of "BAD $1")
	[ "$1" != made_read_only ] || access=store
	message=$(grep -E "cpu\.stale-(tlb|table): .*; the entry was written at .*tlb_stale\.c:$line[,)]" \
		"$scratch/messages.$2") || { fail "--tlb $2: no report of $1, line $line"; return; }
	[ "$1" = made_data ] || grep -qE " in $access\+[^;]*tlb_stale\.c:$(line_of "USE $access")[,)]" <<<"$message" ||
		fail "--tlb $2: the report of $1 does not name the access: $message"
}

for mode in lint stale; do
	run "$mode"
	saw=new
	[ "$mode" = lint ] || saw=old
	names=$(sed -n 's/^SAW \([^ ]*\) .*/\1/p' "$scratch/serial.$mode")
	[ "$(wc -w <<<"$names")" -ge 10 ] || fail "--tlb $mode: too few cases: $names"
	for name in $names; do
		grep -q "^SAW $name $saw\$" "$scratch/serial.$mode" || fail "--tlb $mode: $name did not see what is $saw"
		reported "$name" "$mode"
	done
	reports=$(grep -cE 'cpu\.stale-(tlb|table):.*, and nothing' "$scratch/messages.$mode") || true
	[ "$reports" = "$(wc -w <<<"$names")" ] || fail "--tlb $mode: $reports reports of $(wc -w <<<"$names") mistakes"
done
run off
! grep -q 'cpu\.' "$scratch/messages.off" || fail "--tlb off: a report"
[ "$bad" = 0 ] || cat "$scratch"/messages.* "$scratch"/serial.*
exit "$bad"
