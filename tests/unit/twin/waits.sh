#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# waits.sh BIMETAL SOURCE PROGRAM PROGRAM-ON-NONE KERNEL...: checks that both sides say of each wait in vain
# of waits.c where it is, and the same about what could have interrupted it.
set -euo pipefail
bimetal=$1 source=$2 program=$3 none=$4
shift 4
faults=0

# line_of COMMENT: FILE:LINE of the line with it.
line_of() { echo "$(basename "$source"):$(grep -nF "/* $1 */" "$source" | cut -d: -f1)"; }

# report SIDE: what standard input says from the line "interrupts:" on.
report() { sed -En '/^interrupts: /,/^[^i ]|^$/p' | grep -E '^(interrupts: | )' || true; }

# explained MACHINE TEST COMMENT SENTENCE CAUSE...: both sides name the line, and the lines of their
# reports have these words.
explained() {
	local machine=$1 test=$2 at native metal kernel cause
	local run=$program
	[ "$machine" = pc ] || run=$none
	at=$(line_of "$3")
	native=$("$run" "waits.$test" 2>&1) && native="it passes"
	grep -qF "$at: " <<<"$native" || complain "$test natively: not at $at" "$native"
	grep -qE -- "$4" <<<"$native" || complain "$test natively: not '$4'" "$native"
	for cause in "${@:5}"; do
		report <<<"$native" | grep -qF -- "$cause" || complain "$test natively: not '$cause'" "$native"
	done
	for kernel in "${kernels[@]}"; do
		metal=$("$bimetal" twin run --machine "$machine" "$kernel" "waits.$test" 2>&1) && metal="it passes"
		grep -qE "^waits.${test}: ${at}[:,] " <<<"$metal" || complain "$test: not at $at" "$metal"
		[ "$(report <<<"$metal")" = "$(report <<<"$native")" ] ||
			complain "$test: $(basename "$kernel") says" "$metal" "natively:" "$native"
	done
}

complain() {
	printf '%s\n' "$@"
	faults=$((faults + 1))
}

kernels=("$@")
late='the test did not end within 60 s of virtual time: an endless loop\?'
explained pc a_forgotten_eoi "in vain" "$late" 'interrupts: the processor takes them' \
	'in service, no EOI yet: IRQ 0 (timer, vector 0x08)' \
	'  the 8259A holds back IRQ 0 until the handler of IRQ 0 sends its EOI'
explained pc a_masked_line "in vain" "$late" 'requested but masked: IRQ 0 (timer, vector 0x08)'
explained pc an_interrupt_that_is_not_cleared "in vain" "$late" \
	'IRQ 8 (RTC, vector 0x70): its line has been high for 59 s, and only a rising edge requests an interrupt'
explained none nothing_is_there "for nothing" 'wait_for_irq\(\) with nothing left that could interrupt' \
	'interrupts: the processor takes them' '8259A: not initialised (ICW1 to ICW4)'
[ "$faults" = 0 ]
