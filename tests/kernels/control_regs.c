/* SPDX-License-Identifier: MIT */
/* Control and debug registers: values that they refuse and store, and debug traps. */
#include "k.h"

enum {
	CR0_ET = 1 << 4,
	CR4_DE = 1 << 3,
	DR6_BD = 1 << 13,
	DR7_GD = 1 << 13,
	DR7_L0 = 1,
	CPUID_DE = 2
};
#define CR0_NW ((uintptr_t)1 << 29)
#define CR0_CD ((uintptr_t)1 << 30)

FRAG(to_cr0, "", "mov " RDI ", %cr0", "");
FRAG(to_cr3, "", "mov " RDI ", %cr3", "");
FRAG(to_cr4, "", "mov " RDI ", %cr4", "");
FRAG(to_dr6, "", "mov " RDI ", %dr6", "");
FRAG(to_dr7, "", "mov " RDI ", %dr7", "");
FRAG(from_dr4, "", "mov %dr4, " RAX, "");
FRAG(from_dr0, "", "mov %dr0, " RAX, "");
FRAG(lmsw_ts, "smsw %ax; or $8, %ax", "lmsw %ax", "");
FRAG(lmsw_no_pe, "smsw %ax; and $0xfffe, %ax", "lmsw %ax", "");
FRAG(a_nop, "nop", "nop", "nop");
static volatile uint32_t watched;
FRAG(store, "", "movl $1, watched", "nop");
FRAG(load, "", "mov watched, %eax", "nop");
static volatile uint16_t stack_selector = SEL_KDATA;
FRAG(load_ss, "", "mov stack_selector, %ss; nop", "nop");
FRAG(load_ss_icebp, "", "mov stack_selector, %ss; .byte 0xf1", "nop");
FRAG(load_ss_int3, "", "mov stack_selector, %ss; int3", "nop");

static inline void refuse_cr0(const char *name, uintptr_t value)
{
	uintptr_t cr0 = read_cr0();

	expect(name, to_cr0, value, FAULT(to_cr0, GP, 0));
	write_cr0(cr0);
}

static inline void refuse_cr4(const char *name, uintptr_t value)
{
	uintptr_t cr4 = read_cr4();

	expect(name, to_cr4, value, FAULT(to_cr4, GP, 0));
	write_cr4(cr4);
}

#ifdef DANGEROUS
/* A CPU that accepts one of these values crashes, so each image tries only one. */
void kernel_main(void)
{
#if DANGEROUS == 1
	refuse_cr0("#GP CR0.PG without PE", (read_cr0() & ~(uintptr_t)CR0_PE) + CR0_PG);
#elif DANGEROUS == 2
	/* Subtracted: of an AND the compiler makes BTR. The flags that BTR leaves undefined would
	 * then be on the stack, and may differ when stepped (docs/differences.md). */
	refuse_cr0("#GP CR0.PG cleared in 64-bit code", read_cr0() - CR0_PG);
#elif DANGEROUS == 3
	refuse_cr4("#GP CR4.PAE cleared in long mode", read_cr4() & ~(uintptr_t)CR4_PAE);
#else
	refuse_cr4("#GP CR4 reserved bit", read_cr4() | 1 << 15);
#ifdef __x86_64__
	refuse_cr4("#GP CR4 above 32 bits", read_cr4() | 1ull << 32);
	expect("#GP CR3 above the physical address", to_cr3, read_cr3() | 1ull << 60,
	       FAULT(to_cr3, GP, 0));
#endif
#endif
}
#else

static void refused(void)
{
	uintptr_t cr0 = read_cr0();

	refuse_cr0("#GP CR0.NW without CD", (cr0 | CR0_NW) & ~CR0_CD);
#ifdef __x86_64__
	refuse_cr0("#GP CR0 above 32 bits", cr0 | 1ull << 32);
	expect("#GP DR6 above 32 bits", to_dr6, 1ull << 32, FAULT(to_dr6, GP, 0));
	expect("#GP DR7 above 32 bits", to_dr7, 1ull << 32, FAULT(to_dr7, GP, 0));
#endif
}

/* SMSW r32; the old value of the register must not remain. */
static uint32_t stored_word(void)
{
	uint32_t word = 0xdeadbeef;

	__asm__ volatile("smsw %k0" : "+r"(word));
	return word;
}

static void kept(void)
{
	uintptr_t cr0 = read_cr0(), cr4 = read_cr4();

	write_cr0(cr0 & ~(uintptr_t)CR0_ET);
	check("CR0.ET is always 1", read_cr0() & CR0_ET, CR0_ET);
	check("SMSW to a register of 32 bits", stored_word(), (uint32_t)cr0);
	expect("LMSW sets TS", lmsw_ts, 0, RETURNS);
	check("CR0.TS", read_cr0() & CR0_TS, CR0_TS);
	__asm__ volatile("clts");
	check("CLTS clears it", read_cr0() & CR0_TS, 0);
	expect("LMSW without PE", lmsw_no_pe, 0, RETURNS);
	check("does not clear PE", read_cr0() & CR0_PE, CR0_PE);
	write_cr0(cr0);
	write_cr4(cr4 | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT);
	check("CR4 keeps its bits", read_cr4(), cr4 | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT);
	write_cr4(cr4);
	write_cr2(0xdeadbe0f);
	check("CR2 keeps its bits", read_cr2(), 0xdeadbe0f);
}

FRAG(behind_ss, "", "mov stack_selector, %ss", "nop");
FRAG(behind_sti, "", "sti", "nop; cli");

/* A breakpoint on the instruction after MOV SS: Intel's CPUs suppress it, AMD's do not. After STI
 * it is never suppressed. */
static void hidden_breakpoint(void)
{
	enum { NTEL = 0x6c65746e };
	bool intel = cpuid(0, 0).ecx == NTEL;

	pic_mask(0xffff);
	write_dr7(0x400 | DR7_L0);
	__asm__ volatile("mov %0, %%dr0" : : "r"((uintptr_t)behind_ss_end));
	expect("a breakpoint behind MOV SS", behind_ss, 0, intel ? RETURNS : TRAPS(behind_ss, DB));
	__asm__ volatile("mov %0, %%dr0" : : "r"((uintptr_t)behind_sti_end));
	expect("a breakpoint behind STI", behind_sti, 0, TRAPS(behind_sti, DB));
	write_dr7(0x400);
}

static unsigned debug_traps, breakpoints;
static uintptr_t debug_ip;

static void on_debug(struct trap_frame *f)
{
	debug_traps++;
	debug_ip = f->ip;
}

static void on_breakpoint(struct trap_frame *f)
{
	(void)f;
	breakpoints++;
}

/* A data breakpoint on a load of SS is delayed until after the next instruction. */
static void watched_stack(void)
{
	__asm__ volatile("mov %0, %%dr0" : : "r"((uintptr_t)&stack_selector));
	write_dr6(0);
	write_dr7(0x400 | DR7_L0 | 0x7 << 16);
	expect("#DB behind what follows MOV SS", load_ss, 0, TRAPS(load_ss, DB));
	check("DR6.B0 of MOV SS", read_dr6() & 1, 1);
	write_dr6(0);
	trap_hook[DB] = on_debug;
	trap_hook[BP] = on_breakpoint;
	try_call(load_ss_icebp, 0);
	check("MOV SS, ICEBP: one #DB", debug_traps, 1);
	check("it returns behind ICEBP", debug_ip, (uintptr_t)load_ss_icebp_end);
	check("DR6.B0 of MOV SS, ICEBP", read_dr6() & 1, 1);
	try_call(load_ss_int3, 0);
	check("MOV SS, INT3: #BP", breakpoints, 1);
	check("MOV SS, INT3: #DB", debug_traps, 2);
	report(debug_ip - (uintptr_t)load_ss_int3 >
		       (uintptr_t)load_ss_int3_end - (uintptr_t)load_ss_int3,
	       "it interrupts the handler of #BP");
	write_dr7(0x400);
	trap_hook[DB] = trap_hook[BP] = NULL;
}

static void debug(void)
{
	const volatile struct trap_frame *f = &trap_last.frame;

	expect("DR4 is DR6 without CR4.DE", from_dr4, 0, RETURNS);
	if (cpuid(1, 0).edx >> CPUID_DE & 1) {
		write_cr4(read_cr4() | CR4_DE);
		expect("#UD DR4 with CR4.DE", from_dr4, 0, FAULT(from_dr4, UD, 0));
		write_cr4(read_cr4() & ~(uintptr_t)CR4_DE);
	}
	check("DR7 bit 10 is always 1", read_dr7() & 0x400, 0x400);

	write_dr6(0);
	write_dr7(0x400 | DR7_GD);
	expect("#DB on debug register access with DR7.GD", from_dr0, 0, FAULT(from_dr0, DB, 0));
	check("DR6.BD", read_dr6() & DR6_BD, DR6_BD);
	check("DR7.GD is cleared", read_dr7() & DR7_GD, 0);
	write_dr7(0x400);

	__asm__ volatile("mov %0, %%dr0" : : "r"((uintptr_t)a_nop_at));
	write_dr6(0);
	write_dr7(0x400 | DR7_L0);
	expect("#DB at an instruction breakpoint", a_nop, 0, FAULT(a_nop, DB, 0));
	check("DR6.B0", read_dr6() & 1, 1);
	write_dr7(0x400);
	__asm__ volatile("mov %0, %%dr0" : : "r"((uintptr_t)&watched));
	write_dr6(0);
	write_dr7(0x400 | DR7_L0 | 0xd << 16);
	expect("#DB behind a watched store", store, 0, TRAPS(store, DB));
	check("DR6.B0 of a store", read_dr6() & 1, 1);
	expect("a load does not trigger a write watch", load, 0, RETURNS);
	write_dr7(0x400 | DR7_L0 | 0xf << 16);
	expect("#DB behind a watched load", load, 0, TRAPS(load, DB));
	write_dr7(0x400);
	check("the handler saw no TF", f->flags & FLAG_TF, 0);
}

void kernel_main(void)
{
	refused();
	kept();
	debug();
	watched_stack();
	hidden_breakpoint();
}
#endif
