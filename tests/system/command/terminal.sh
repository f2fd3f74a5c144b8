#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A user's terminal: its input reaches the guest, it is restored however the run ends, and such a run has
# no digest.
# usage: terminal.sh BIMETAL
set -euo pipefail
bimetal=$1
. "$(dirname "$0")/lib.sh"
if ! script -qec true /dev/null >/dev/null 2>&1; then
	echo "SKIPPED: this machine gives no pseudo-terminal (is /dev/pts mounted?)"
	exit 77
fi

# Echo what arrives at COM1; exit at 'q':
#   mov dx, 0x3fd; wait: in al, dx; test al, 1; jz wait; mov dx, 0x3f8; in al, dx; cmp al, 'q'
#   je done; out dx, al; jmp start; done: mov al, 0x10; out 0xf4, al
image echo '\x66\xba\xfd\x03\xec\xa8\x01\x74\xfb\x66\xba\xf8\x03\xec\x3cq\x74\x03\xee\xeb\xeb\xb0\x10\xe6\xf4'
{
	echo "stty -g >$scratch/before"
	echo "status=0"
	echo "$bimetal run --boot flat --stats $scratch/stats \"\$@\" || status=\$?"
	echo "stty -g >$scratch/after"
	echo "exit \$status"
} >"$scratch/session"

# typing TEXT OPTION... NAME: run one of the images on a terminal on which TEXT is typed.
typing() {
	local text=$1 name=${*: -1}
	status=0
	# shellcheck disable=SC2059
	{ sleep 1; printf "$text"; sleep 2; } |
		timeout -k 5 60 script -qec "bash $scratch/session ${*:2:$#-2} $scratch/$name" /dev/null \
			>"$scratch/out" 2>"$scratch/err" || status=$?
	cmp -s "$scratch/before" "$scratch/after" || complain "$name: the terminal was left changed"
}

typing 'abc\003q' echo && wants 0
tr -d '\003' <"$scratch/out" | grep -q abc || complain "nothing came back"
grep -q '"interactive": true' "$scratch/stats" || complain "not marked interactive"
grep -q '"digest": null' "$scratch/stats" || complain "an interactive run has a digest"

# Ctrl-C goes to the guest, so a user must know how to leave.
grep -q 'Ctrl-A X ends the run' "$scratch/out" || complain "nothing says how to leave"

typing '\001x' --quiet echo && wants 0
! grep -q 'bimetal:' "$scratch/out" || complain "--quiet is not quiet on a terminal"
grep -q '"stopped_by": "user"' "$scratch/stats" || complain "Ctrl-A X did not end the run"
# Pasted faster than 115200 baud take it, for longer than what may wait: a bell, as a terminal's own buffer has.
typing "$(head -c 30000 /dev/zero | tr '\0' a)" --max-time 2s echo && wants 4
grep -q "$(printf '\a')" "$scratch/out" || complain "characters were dropped without a bell"
typing '' triple && wants 5
typing '' nowhere && wants 5
typing '' --max-time 20ms spin && wants 4
# --verify does not use the terminal, so nothing needs to be typed.
status=0
timeout -k 5 60 script -qec "bash $scratch/session --verify 2 $scratch/hello" /dev/null </dev/null \
	>"$scratch/out" 2>"$scratch/err" || status=$?
wants 0
grep -q 'the guest does not get what you type' "$scratch/out" || complain "--verify reads the terminal"
grep -q '2 more runs .* all equal to the first' "$scratch/out" || complain "--verify on a terminal does not compare"
grep -q '"interactive": false' "$scratch/stats" || complain "--verify is interactive"
typing '' --serial none --max-time 20ms spin && wants 4
grep -q '"interactive": false' "$scratch/stats" || complain "--serial none is interactive"
finish
