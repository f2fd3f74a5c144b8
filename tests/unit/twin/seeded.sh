#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# seeded.sh BIMETAL KERNEL...: checks that the emulated side fails for each seeded fault, and says why.
set -euo pipefail
bimetal=$1
shift
faults=0
refused() { # TEST WORDS KERNEL
	local said
	if said=$("$bimetal" twin run "$3" "seeded.$1" 2>&1); then
		echo "$1 passes in $(basename "$3")"
		faults=$((faults + 1))
	elif ! grep -q -- "$2" <<<"$said"; then
		echo "$1 is refused in $(basename "$3") for another reason: $said"
		faults=$((faults + 1))
	fi
}
for kernel; do
	refused a_plain_pointer "it was not made through io.h" "$kernel"
	refused a_plain_pointer "seeded_faults.c:1[0-9]" "$kernel"
	refused a_loop_over_plain_pointers "24 more accesses like these" "$kernel"
	refused a_struct_wide_copy "it was not made through io.h" "$kernel"
	refused a_port_instruction_of_its_own "it was not made through io.h" "$kernel"
	refused an_msr_instruction_of_its_own "at MSR 0x6e0.*it was not made through io.h" "$kernel"
	refused a_reserved_bit_of_an_msr \
		"seeded_faults.c:[0-9]*: exception 13 (#GP, general protection)$" "$kernel"
	refused a_reserved_bit "lint uart16550.IER.reserved" "$kernel"
	refused a_wrong_value "got 0x.*, want 0x123$" "$kernel"
	refused a_wrong_number \
		": zero - 1: got 0xffffffffffffffff (-1), want 0x8000000000000000 (-9223372036854775808)$" "$kernel"
	refused an_invalid_instruction "seeded_faults.c:[0-9]*: exception 6 (#UD, invalid opcode)$" "$kernel"
	refused a_write_through_a_null_pointer \
		"seeded_faults.c:[0-9]*: exception 14 (#PF, page fault): write to address 0x0, a null pointer$" "$kernel"
	refused a_read_through_a_null_pointer "seeded_faults.c:[0-9]*: .*: read of address 0x4, a null pointer$" "$kernel"
	refused a_write_far_behind_a_null_pointer ": write to address 0xc000, a null pointer$" "$kernel"
	refused a_call_through_a_null_pointer "seeded_faults.c:[0-9]*: .*: jump to address 0x0, a null pointer$" "$kernel"
	refused a_write_where_no_memory_is ": write to address 0x4000000000, where nothing is mapped$" "$kernel"
	refused an_interrupt_with_the_vector_of_an_exception \
		": interrupt without a handler: 8$" "$kernel"
	refused a_handler_with_the_vector_of_an_exception "seeded_faults.c:[0-9]*: ticks < 2 is false$" "$kernel"
	refused a_sleep_that_nothing_ends "^seeded[^:]*: seeded_faults.c:[0-9]*: the test did not end" "$kernel"
	refused a_condition_that_does_not_hold "seeded_faults.c:[0-9]*: COM1 == 5 is false$" "$kernel"
	refused more_memory_than_there_is "^seeded.more_memory_than_there_is: twin_dma(): a test may" "$kernel"
	refused an_exit_that_was_not_announced "wrote 0x5 to the debug exit port" "$kernel"
	refused an_announced_exit_that_does_not_come "did not write to the debug exit port" "$kernel"
	refused no_such_test "no such test" "$kernel"
done
[ "$faults" = 0 ]
