/* SPDX-License-Identifier: MIT */
/* Interrupt stacks in long mode: the seven IST slots, alignment, and the words of the frame, with
 * and without a change of ring. */
#include "k.h"

enum { VECTOR = 0x90, WORDS = 5 * sizeof(uintptr_t) };
#define frame (trap_last.frame)

FRAG(k_int, "", "int $0x90", "");
UFRAG(u_int, "", "int $0x90", "");
FRAG(k_int_odd, "mov %rsp, %rbx; sub $5, %rsp", "int $0x90", "mov %rbx, %rsp");
FRAG(k_int_8, "mov %rsp, %rbx; and $-16, %rsp; push %rax", "int $0x90", "mov %rbx, %rsp");
FRAG(k_div, "xor %ecx, %ecx; xor %edx, %edx", "div %ecx", "");
FRAG(k_bad_stack, "mov $0x123000, %esp; movabs $0x7ff000000000, %rsp", "ud2", "");

static void every_slot(void)
{
	static const char *const name[] = { "IST 1", "IST 2", "IST 3", "IST 4",
					    "IST 5", "IST 6", "IST 7" };

	for (unsigned i = 1; i <= 7; i++) {
		gate_default(VECTOR, 3, i);
		expect(name[i - 1], k_int, 0, TRAPS(k_int, VECTOR));
		check("frame on the IST's stack", trap_last.at, top_of(stack_ist[i - 1]) - WORDS);
		/* SDM Vol. 3A (253668-032US) 6.14.5 forces it to null; INT n's pseudocode, without
		 * a change of ring, leaves it. */
		report(trap_last.ss == 0 || trap_last.ss == SEL_KDATA,
		       "SS of the same ring stays or is null");
		expect_user("the same from ring 3", u_int, 0, TRAPS(u_int, VECTOR));
		check("frame on the IST's stack, from ring 3", trap_last.at,
		      top_of(stack_ist[i - 1]) - WORDS);
		check("SS is null after a change of ring", trap_last.ss, 0);
	}
	gate_default(VECTOR, 0, 0);
}

static void alignment(void)
{
	gate_default(VECTOR, 0, 1);
	for (unsigned odd = 1; odd < 16; odd += 7) {
		task_set_ist(1, top_of(stack_ist[0]) - odd);
		expect("a misaligned IST", k_int, 0, TRAPS(k_int, VECTOR));
		check("is aligned down to 16 bytes", trap_last.at,
		      top_of(stack_ist[0]) - 16 - WORDS);
	}
	task_set_ist(1, top_of(stack_ist[0]));
	gate_default(VECTOR, 0, 0);
	expect("a stack off by 5 bytes, no IST", k_int_odd, 0, TRAPS(k_int_odd, VECTOR));
	check("the frame's end is aligned", (trap_last.at + WORDS) & 15, 0);
	check("the pushed RSP is not", frame.sp, frame.bx - 5);
	expect("a stack off by 8 bytes, no IST", k_int_8, 0, TRAPS(k_int_8, VECTOR));
	check("its frame's end is aligned", (trap_last.at + WORDS) & 15, 0);
	check("its pushed RSP", frame.sp, (frame.bx & ~(uintptr_t)15) - 8);
	check("its pushed SS", frame.ss, SEL_KDATA);
}

static void on_top_of_a_bad_stack(void)
{
	gate_default(UD, 0, 3);
	expect("an exception without a usable stack", k_bad_stack, 0, FAULT(k_bad_stack, UD, 0));
	check("the bad stack pointer is pushed", frame.sp, 0x7ff000000000);
	gate_default(UD, 0, 0);
	gate_default(DE, 0, 2);
	expect("#DE on its own stack", k_div, 0, FAULT(k_div, DE, 0));
	check("its frame is there", trap_last.at, top_of(stack_ist[1]) - WORDS);
	gate_default(DE, 0, 0);
}

void kernel_main(void)
{
	every_slot();
	alignment();
	on_top_of_a_bad_stack();
}
