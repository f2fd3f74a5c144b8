/* SPDX-License-Identifier: MIT */
/* Which second exception leads to a double fault. The delivery of the first fails because of its
 * gate
 * (#NP, contributory) or its stack (#PF). */
#include "k.h"

#define frame (trap_last.frame)
enum { VECTOR = 0x90, ABSENT = 0x40000000, ERR_W = 2, EXTERNAL = 1, IN_IDT = 2 };
extern uint64_t page_pdpt[512];

FRAG(f_ud, "", "ud2", "");
FRAG(f_de, "xor %ecx, %ecx; xor %edx, %edx", "div %ecx", "");
FRAG(f_gp, "mov $0x800000000000, %rax", "mov (%rax), %ecx", "");
FRAG(f_np, "mov $0x50, %eax", "mov %eax, %ds", "");
FRAG(f_pf, "", "mov (%rdi), %eax", "");
FRAG(f_int, "", "int $0x90", "");
FRAG(f_bp, "", "int3", "");
FRAG(f_db, "pushfq; orl $0x100, (%rsp); popfq", "nop", "nop; nop");

static void break_gate(unsigned vector) { idt[vector].word[1] &= ~0x8000u; }

static struct want double_fault(const char *at)
{
	return (struct want){ .vector = DF, .error = 0, .ip = (uintptr_t)at };
}

static struct want absent_gate(const char *at, unsigned vector, unsigned external)
{
	return (struct want){ .vector = NP,
			      .error = vector * 8 + IN_IDT + external,
			      .ip = (uintptr_t)at };
}

/* The first exception's gate is absent: #NP follows. */
static void second_is_contributory(void)
{
	struct want want;

	break_gate(GP);
	expect("#GP, then #NP: #DF", f_gp, 0, double_fault(f_gp_at));
	gate_default(GP, 0, 0);
	break_gate(DE);
	expect("#DE, then #NP: #DF", f_de, 0, double_fault(f_de_at));
	gate_default(DE, 0, 0);
	break_gate(PF);
	want = double_fault(f_pf_at);
	want.with_cr2 = true;
	want.cr2 = ABSENT + 0x123;
	expect("#PF, then #NP: #DF", f_pf, ABSENT + 0x123, want);
	gate_default(PF, 0, 0);
	break_gate(NP);
	expect("#NP, then #NP: #DF", f_np, 0, double_fault(f_np_at));
	gate_default(NP, 0, 0);

	break_gate(UD);
	expect("#UD, then #NP: one after the other", f_ud, 0, absent_gate(f_ud_at, UD, EXTERNAL));
	gate_default(UD, 0, 0);
	break_gate(BP);
	expect("INT3, then #NP", f_bp, 0, absent_gate(f_bp_at, BP, 0));
	gate_default(BP, 0, 0);
	break_gate(VECTOR);
	expect("INT n, then #NP", f_int, 0, absent_gate(f_int_at, VECTOR, 0));
	gate_default(VECTOR, 0, 0);
	break_gate(DB);
	expect("#DB, then #NP", f_db, 0, absent_gate(f_db_end, DB, EXTERNAL));
	gate_default(DB, 0, 0);
}

/* The first exception's stack is absent: #PF follows, on a good one. */
static void second_is_page_fault(void)
{
	const uintptr_t top = ABSENT + 0x1000;
	struct want want = { .vector = PF, .error = ERR_W, .with_cr2 = true, .cr2 = top - 8 };

	task_set_ist(2, top);
	gate_default(UD, 0, 2);
	want.ip = (uintptr_t)f_ud_at;
	expect("#UD, then #PF: one after the other", f_ud, 0, want);
	gate_default(UD, 0, 0);
	gate_default(GP, 0, 2);
	want.ip = (uintptr_t)f_gp_at;
	expect("#GP, then #PF: one after the other", f_gp, 0, want);
	gate_default(GP, 0, 0);
	gate_default(DE, 0, 2);
	want.ip = (uintptr_t)f_de_at;
	expect("#DE, then #PF: one after the other", f_de, 0, want);
	gate_default(DE, 0, 0);
	gate_default(VECTOR, 0, 2);
	want.ip = (uintptr_t)f_int_at;
	expect("INT n, then #PF", f_int, 0, want);
	gate_default(VECTOR, 0, 0);

	gate_default(PF, 0, 2);
	want = double_fault(f_pf_at);
	want.with_cr2 = true;
	want.cr2 = top - 8;
	expect("#PF, then #PF: #DF", f_pf, ABSENT + 0x123, want);
	gate_default(PF, 0, 1);
	task_set_ist(2, top_of(stack_ist[1]));
}

static void after_it(void)
{
	gate_default(DF, 0, 4);
	break_gate(GP);
	expect("#DF on its own stack", f_gp, 0, double_fault(f_gp_at));
	check("its frame is there", trap_last.at, top_of(stack_ist[3]) - 5 * sizeof(uintptr_t));
	gate_default(GP, 0, 0);
	expect("and #GP is a #GP again", f_gp, 0, FAULT(f_gp, GP, 0));
	expect("and #PF a #PF", f_pf, ABSENT + 0x321, FAULT_CR2(f_pf, 0, ABSENT + 0x321));
}

void kernel_main(void)
{
	gdt[SEL_FREE / 8] = segment(0, 0xfffff, 0x13, SEG_G | SEG_D); /* not present */
	page_pdpt[1] = 0;                                             /* 1..2 GiB: nothing there */
	flush_tlb();
	gate_default(PF, 0, 1);
	second_is_contributory();
	second_is_page_fault();
	after_it();
}
