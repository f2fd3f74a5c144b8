#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Limits of real time and signals work whatever the guest does, and the reports are still written. The guests
# here need seconds and more of real time for a millisecond of virtual time.
# usage: limits.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"

# sector NAME BYTES: a boot sector that begins with them.
sector() {
	image "$1" "$2"
	truncate -s 510 "$scratch/$1"
	printf '\x55\xaa' >>"$scratch/$1"
}

# Each writes to port f1h, which has no device, when it starts: the lint appears at once.
# It changes its own next instruction: l: inc byte [l + 5]; mov al, 0; jmp l
sector changes_itself '\x31\xc0\x8e\xd8\xe6\xf1\xfe\x06\x0b\x7c\xb0\x00\xeb\xf8'
# It single-steps a jump to itself.
sector steps '\x31\xc0\x8e\xd8\xc7\x06\x04\x00\x15\x7c\xa3\x06\x00\xe6\xf1\x68\x02\x01\x9d\xeb\xfe\xcf'
# The handler of #UD is UD2: no instruction ever ends. SS is 2000h, so that the frames do no harm.
sector faults '\x31\xc0\x8e\xd8\xc7\x06\x18\x00\x13\x7c\xa3\x1a\x00\xe6\xf1\xb4\x20\x8e\xd0\x0f\x0b'
# It has sixteen characters to send at 50 baud, while the local APIC's timer ends every 10 ns; flat.
slow='\xe6\xf1' # out f1h, al
slow+='\xba\xfb\x03\x00\x00\xb0\x80\xee\xb2\xf9\xb0\x09\xee\x4a\x31\xc0'
slow+='\xee\xb2\xfb\xb0\x03\xee\x4a\xb0\x07\xee\xb2' # divisor 2304, 8N1, FIFO on
slow+='\xf8\xb1\x10\xee\xfe\xc9\x75\xfb' # 16 times out 3f8h, al
slow+='\xbb\x00\x00\xe0\xfe\xc7\x83\xf0\x00\x00\x00\xff\x01\x00\x00' # the APIC, its
slow+='\xc7\x83\xe0\x03\x00\x00\x0b\x00\x00\x00' # divider 1,
slow+='\xc7\x83\x20\x03\x00\x00\x30\x00\x02\x00' # periodic, masked,
slow+='\xc7\x83\x80\x03\x00\x00\x01\x00\x00\x00\xeb\xfe' # count 1; jmp .
image speaks_slowly "$slow"

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# within MS SINCE WHAT
within() {
	local took=$(($(now_ms) - $2))
	[ "$took" -le "$1" ] || complain "$3 took $took ms of the $1 that are enough"
}

reports() { # WHAT STOPPED_BY: all that this run was to write
	grep -q "\"stopped_by\": \"$2\"" "$scratch/stats" || complain "$1: no statistics"
	grep -q '"digest": null' "$scratch/stats" || complain "$1: a digest"
	[ "$(head -c 4 "$scratch/png" | tail -c 3)" = PNG ] || complain "$1: no screenshot"
	grep -q 'bus.unclaimed-write: ' "$scratch/err" || complain "$1: no summary of lints"
	grep -Eq 'bimetal: (stall|where the guest is): ' "$scratch/err" || complain "$1: no report"
}

writes=(--stats "$scratch/stats" --screenshot "$scratch/png" --max-time 24h)
for guest in changes_itself steps faults speaks_slowly; do
	boot=(--boot auto)
	[ "$guest" != speaks_slowly ] || boot=(--boot flat)
	rm -f "$scratch/stats" "$scratch/png"
	began=$(now_ms)
	run "${writes[@]}" "${boot[@]}" --wall-limit 1s "$scratch/$guest"
	within 3000 "$began" "--wall-limit 1s, guest $guest,"
	wants 4 'real time limit'
	reports "$guest" wall-limit

	for signal in INT TERM; do
		rm -f "$scratch/stats" "$scratch/png"
		: >"$scratch/err" # what the run before wrote is no sign of this one
		"$bimetal" run "${writes[@]}" "${boot[@]}" "$scratch/$guest" </dev/null >"$scratch/out" 2>"$scratch/err" &
		process=$!
		for _ in $(seq 600); do
			[ ! -s "$scratch/err" ] || break
			sleep 0.05
		done
		began=$(now_ms)
		kill -s "$signal" "$process"
		status=0
		wait "$process" || status=$?
		within 2000 "$began" "SIG$signal, guest $guest,"
		[ "$status" = $((128 + $(kill -l "$signal"))) ] || complain "SIG$signal: exit code $status"
		reports "$guest, SIG$signal" user
	done
done
finish
