#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# One image has one digest, in separate processes: alone, and twice while the host is busy.
# usage: busy_host.sh BIMETAL OPTION... IMAGE
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1
shift
need "${!#}"

# run NAME OPTION...: compares the exit code, digest, clocks and output with the first run's.
run() {
	local name=$1 status=0 digest
	shift
	"$bimetal" run --stats "$scratch/$name.stats" "$@" </dev/null >"$scratch/$name.out" \
		2>"$scratch/$name.err" || status=$?
	digest=$(stat_of digest "$scratch/$name.stats")
	[[ $digest =~ ^[0-9a-f]{32}$ ]] || {
		cat "$scratch/$name.err" "$scratch/$name.stats"
		fail "run $name ($status) has no digest"
	}
	printf 'exit %s digest %s instructions %s virtual_ns %s\n' "$status" "$digest" \
		"$(stat_of instructions "$scratch/$name.stats")" \
		"$(stat_of virtual_ns "$scratch/$name.stats")" >"$scratch/$name.result"
	printf '%-8s %s\n' "$name" "$(cat "$scratch/$name.result")"
	cmp "$scratch/first.result" "$scratch/$name.result" || fail "run $name differs from the first"
	cmp "$scratch/first.out" "$scratch/$name.out" || fail "run $name wrote something else"
}

run first "$@"
# Bounded, so that it ends by itself if this test is killed.
timeout 600 sh -c 'while :; do :; done' &
busy=$!
run busy1 "$@"
run busy2 "$@"
if kill -0 "$busy" 2>/dev/null; then kill "$busy"; fi
