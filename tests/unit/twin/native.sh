#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# native.sh PROGRAM SOURCE...: checks that the native side fails for each fault of native_faults.c and
# native_model.c, says why, and that the first line of a source file in its message is the one at fault.
set -euo pipefail
program=$1
shift
sources=("$@")
export BIMETAL_TWIN_SECONDS=1
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT

# line_of COMMENT: FILE:LINE of the line with it.
line_of() { grep -HnF "/* $1 */" "${sources[@]}" | sed -E 's,^.*/([^/:]+:[0-9]+):.*,\1,'; }

# refused TEST COMMENT WORDS: the line is the one with the comment. They run side by side.
refused() { check "$@" >>"$faults" 2>&1 & }
check() {
	local said at first
	at=$(line_of "$2")
	if said=$("$program" "native.$1" 2>&1); then
		echo "$1 passes"
		return
	fi
	first=$(grep -oE '[a-z_]+\.[chS]:[0-9]+' <<<"$said" | head -1) || first=none
	if [ "$first" != "$at" ]; then
		echo "$1 names $first first, not $at: $said"
	elif ! grep -qE -- "$3" <<<"$said"; then
		echo "$1 is refused for another reason: $said"
	fi
}

caller=$(line_of "its caller")
refused a_write_through_a_null_pointer "a null pointer" \
	", called from $caller: SIGSEGV: write to address 0x0, a null pointer \(test native\.a_write"
refused a_read_through_a_null_pointer "a read" "SIGSEGV: read of address 0x0, a null pointer"
refused a_call_through_a_null_pointer "a call" "SIGSEGV: jump to address 0x0, a null pointer"
refused a_plain_pointer "the screen" "write to address 0xb8000\. If a device .* use twin_memory\(\)"
refused a_division_by_zero "a division" "SIGFPE, division by zero"
refused an_endless_recursion "a recursion" "SIGSEGV: .*, beside the stack: it is full"
refused a_loop_without_accesses "a loop" "did not end within 1 s of processor time: an endless loop\?"
refused a_loop_over_memory "a ring" "did not end within 1 s of processor time"
refused a_loop_of_accesses "a poll" ": the test did not end within 1 s of processor time: an endless loop\?$"
refused a_loop_in_a_handler "in a handler" "did not end within 1 s of processor time"
DRIVER_BEFORE_MAIN=1 refused a_lint "no machine" \
	"a function of bimetal/portio.h was called, but no twin test is running"
refused an_instruction_of_its_own "by hand" "SIGSEGV: an instruction for ports, .* bimetal/portio.h"
refused an_instruction_of_a_kernel "by hand too" "SIGSEGV: an instruction for ports, .* bimetal/portio.h"
refused a_lint_by_the_customary_name "reserved too" "lint uart16550.IER.reserved"
refused a_halt_with_interrupts_off "for ever" "hlt\(\) with interrupts off"
refused a_wrong_value "a value" "got 0x0, want 0x123$"
refused a_wrong_number "a number" \
	"zero - 1: got 0xffffffffffffffff \(-1\), want 0x8000000000000000 \(-9223372036854775808\)"
refused a_wrong_condition "a condition" "COM1 == 5 is false"
refused more_memory_than_there_is "this test" "twin_dma\(\): a test may allocate 1 MiB in all"
refused a_lint "a reserved bit" "lint uart16550.IER.reserved .*bimetal explain uart16550.IER.reserved"
refused an_interrupt_without_a_handler "nobody handles it" "interrupt without a handler: 13"
refused an_exit_that_does_not_come "the test itself" "did not write to the debug exit port"
us="neither a driver nor a test nor a model may end the process"
refused an_exit_of_the_test "the test leaves" "exit\(0\) was called during the test native.an_exit_of_the_test: $us"
refused an_exit_of_the_driver "the driver leaves" \
	"exit\(1\) was called during the test native.an_exit_of_the_driver, called from $(line_of "the driver's caller"): $us"
refused an_exit_of_a_model "in a model" \
	"exit\(3\) was called during the test native.an_exit_of_a_model, in the hook .write. of the device 'wrong', called from native_model.c:.*, called from $(line_of "the model's"): $us"
refused an_exit_of_a_timer "in a timer" \
	"exit\(4\) was called .*, in the function of the timer 'faulty later', called from $(line_of "it passes"): $us"
refused a_timer_of_a_model_that_was_not_added "arms none" \
	"a model called clock_arm\(\) with the id of no timer, at $(line_of "no timer"): a fault of this model"
FAULT_IN_INIT=crash refused an_exit_of_the_test "in init" \
	"SIGSEGV: write to address 0x0, a null pointer \(test native.an_exit_of_the_test\)"
FAULT_IN_INIT="exit" refused an_exit_of_the_test "out of init" \
	"exit\(5\) was called during the test native.an_exit_of_the_test, in the hook .init. of the model 'faulty': $us"
export BIMETAL_TWIN_SECONDS=60
refused a_loop_of_accesses "a poll" "did not end within 60 s of virtual time: an endless loop\?"
refused a_halt_that_nothing_ends "all lines are masked" "."
refused a_loop_of_waits "a wait" "did not end within 60 s of virtual time: an endless loop\?"
for seconds in "" 0 -1 1x 86401; do
	export BIMETAL_TWIN_SECONDS=$seconds
	status=0
	said=$("$program" 2>&1) || status=$?
	[ "$status" = 2 ] && grep -qF "BIMETAL_TWIN_SECONDS=$seconds: expected a whole number" <<<"$said" ||
		echo "BIMETAL_TWIN_SECONDS=$seconds: $said" >>"$faults"
done
wait
cat "$faults"
[ ! -s "$faults" ]
