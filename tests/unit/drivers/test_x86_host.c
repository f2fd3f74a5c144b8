/* SPDX-License-Identifier: MIT */
/* Registers and instructions on the plain state of the native drivers' processor: each is done, or
 * refused as a processor refuses it, and kept in the record. */
#include "bimetal/x86/control.h"
#include "bimetal/x86/debug.h"
#include "bimetal/x86/flags.h"
#include "bimetal/x86/gdt.h"
#include "bimetal/x86/msrs.h"
#include "tests/unit/drivers/host_fixture.h"

static struct x86_cpu x86;
static uint8_t taken[16];
static unsigned n_taken;
static bool on_in_handler;

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	if (n_taken < sizeof(taken)) taken[n_taken] = vector;
	n_taken++;
	on_in_handler = x86_irq_on(x86);
	host_cpu_processor(&cpu).ops->set_intr(&cpu, false);
}

static void set_up(void)
{
	host_power_on();
	cpu.dispatch = dispatch;
	x86 = x86_of_host(&cpu);
}

TestSuite(x86_host, .init = set_up, .fini = host_power_off, .timeout = 60);

static struct host_x86_done last(void) { return host_x86_last(&cpu.s.x86, 0); }

/* Checks that the last thing done was this instruction, and that nothing faulted. */
static void was(enum bimetal_x86_instruction what, uint64_t a, uint64_t b, uint64_t c)
{
	check_eq(int, last().what, HOST_X86_DO);
	check_eq(uint, last().which, what);
	check_eq(u64, last().a, a);
	check_eq(u64, last().b, b);
	check_eq(u64, last().c, c);
	check_eq(u64, cpu.s.x86.faults, 0);
}

Test(x86_host, it_begins_in_64_bit_mode_with_interrupts_off)
{
	check_eq(u64, x86_cr0(x86), X86_CR0_PG | X86_CR0_WP | X86_CR0_ET | X86_CR0_PE);
	check_eq(u64, x86_cr4(x86), X86_CR4_PAE);
	check_eq(u64, msr_read(x86.msrs, X86_EFER), X86_EFER_LMA | X86_EFER_LME);
	check_eq(u64, x86_rflags(x86), X86_FLAG_ONE);
	check_eq(u32, x86_mxcsr(x86), X86_MXCSR_RESET);
	check_eq(u64, x86_dr6(x86), 0xffff0ff0);
	check_eq(u64, x86_dr7(x86), 0x400);
	check_eq(uint, x86_sgdt(x86).limit, 0);
	check_eq(u64, cpu.s.x86.n_done, 0, "reads are not kept");
}

Test(x86_host, registers_are_written_and_read)
{
	x86_set_cr2(x86, 0x1234);
	x86_set_cr3(x86, 0x7018);
	x86_set_cr8(x86, 9);
	x86_set_dr0(x86, 1);
	x86_set_dr1(x86, 2);
	x86_set_dr2(x86, 3);
	x86_set_dr3(x86, 4);
	x86_set_mxcsr(x86, 0x7fbf);
	check_eq(u64, x86_cr2(x86), 0x1234);
	check_eq(u64, x86_cr3(x86), 0x7018);
	check_eq(u64, x86_cr8(x86), 9);
	check_eq(u64, x86_dr0(x86) | x86_dr1(x86) << 8 | x86_dr2(x86) << 16 | x86_dr3(x86) << 24,
		 0x04030201);
	check_eq(u32, x86_mxcsr(x86), 0x7fbf);
	check_eq(u64, cpu.s.x86.n_done, 8);
	check_eq(int, last().what, HOST_X86_WRITE);
	check_eq(uint, last().which, BIMETAL_X86_MXCSR);
	check_eq(u64, last().a, 0x7fbf);
}

Test(x86_host, values_that_a_processor_refuses_are_general_protection_faults)
{
	x86_set_cr0(x86, 0);
	x86_set_cr3(x86, UINT64_C(1) << 52);
	x86_set_cr3(x86, X86_CR3_KEEP); /* without CR4.PCIDE */
	x86_set_cr4(x86, 0);
	x86_set_cr8(x86, 16);
	x86_set_dr7(x86, UINT64_C(1) << 32);
	x86_set_mxcsr(x86, 0x10000);
	x86_set_ds(x86, 8); /* the GDT has no such entry */
	check_eq(u64, cpu.s.x86.faults, 8);
	check_eq(uint, cpu.s.x86.fault, 13);
	check_eq(uint, n_taken, 8);
	check_eq(uint, taken[7], 13);
	check_eq(u64, cpu.s.x86.n_done, 0);
	check_eq(u64, x86_cr4(x86), X86_CR4_PAE);
}

Test(x86_host, flags_are_written_as_popf_writes_them)
{
	x86_set_rflags(x86, UINT64_MAX);
	check_eq(u64, x86_rflags(x86), UINT64_C(0x247fd7));
	check(x86_irq_on(x86));
	x86_set_rflags(x86, 0);
	check_eq(u64, x86_rflags(x86), X86_FLAG_ONE);
	check(!cpu.s.interrupts_on);
}

Test(x86_host, interrupts_are_turned_off_and_on_as_they_were)
{
	check(!x86_irq_save(x86));
	x86_irq_restore(x86, false);
	check(!x86_irq_on(x86));
	x86_sti(x86);
	check(cpu.s.interrupts_on);
	check(x86_irq_save(x86));
	check(!x86_irq_on(x86));
	x86_irq_restore(x86, true);
	check(x86_irq_on(x86));
}

static void look(void *ctx) { *(int *)ctx = x86_irq_on(x86); }

Test(x86_host, work_without_interrupts)
{
	int on = -1;
	x86_without_interrupts(x86, look, &on);
	check_eq(int, on, 0);
	check(!x86_irq_on(x86));
	x86_sti(x86);
	on = -1;
	x86_without_interrupts(x86, look, &on);
	check_eq(int, on, 0);
	check(x86_irq_on(x86));
}

Test(x86_host, a_pending_interrupt_comes_when_they_are_turned_on)
{
	next_vector = 0x40;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
	x86_cli(x86);
	check_eq(uint, n_taken, 0);
	x86_sti(x86);
	check_eq(uint, n_taken, 1);
	check_eq(uint, taken[0], 0x40);
	check(!on_in_handler);
	check(x86_irq_on(x86));
}

Test(x86_host, a_pending_interrupt_wakes_the_sleep)
{
	next_vector = 0x40;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
	x86_sti_hlt(x86);
	check_eq(uint, n_taken, 1);
	check(x86_irq_on(x86));
	check_eq(uint, last().which, BIMETAL_X86_STI_HLT);
}

Test(x86_host, an_interrupt_at_sti_wakes_the_hlt_behind_it)
{
	next_vector = 0x40;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
	x86_sti(x86);
	x86_hlt(x86);
	check_eq(uint, n_taken, 1);
	check(x86_irq_on(x86));
	was(BIMETAL_X86_HLT, 0, 0, 0);
}

static void count(void *ctx) { ++*(unsigned *)ctx; }

/* With the test's end set, a sleep for ever is one until then. */
Test(x86_host, a_sleep_that_nothing_ends_lasts_until_the_end)
{
	unsigned stops = 0;
	cpu.stop = count;
	cpu.stop_ctx = &stops;
	cpu.end_ns = 5000;
	x86_hlt(x86);
	check_eq(uint, stops, 1);
	check_eq(u64, clock_now(&vclock), 5000);
}

Test(x86_host, software_interrupts_go_to_the_kernel)
{
	x86_sti(x86);
	x86_int3(x86);
	x86_int(x86, 42);
	x86_int(x86, 77);
	x86_int(x86, 42);
	check_eq(uint, n_taken, 4);
	check_eq(uint, taken[0], 3);
	check_eq(uint, taken[1], 42);
	check_eq(uint, taken[2], 77);
	check_eq(uint, taken[3], 42);
	check(!on_in_handler);
	check(x86_irq_on(x86));
	check_eq(u64, cpu.s.x86.faults, 0);
}

Test(x86_host, translations_are_invalidated)
{
	x86_invlpg(x86, 0x123456);
	was(BIMETAL_X86_INVLPG, 0x123456, 0, 0);
	x86_invpcid(x86, X86_INVPCID_ALL, 0, 0);
	was(BIMETAL_X86_INVPCID, X86_INVPCID_ALL, 0, 0);
	check_eq(int, cr4_update(x86, 0, X86_CR4_PCIDE), CONTROL_OK);
	x86_invpcid(x86, X86_INVPCID_ADDRESS, 4095, 0x7000);
	was(BIMETAL_X86_INVPCID, X86_INVPCID_ADDRESS, 4095, 0x7000);
	x86_invpcid(x86, X86_INVPCID_ONE, 7, 0);
	was(BIMETAL_X86_INVPCID, X86_INVPCID_ONE, 7, 0);
	x86_invpcid(x86, X86_INVPCID_LOCAL, 0, 0);
	was(BIMETAL_X86_INVPCID, X86_INVPCID_LOCAL, 0, 0);
	x86_invlpgb(x86, 0x1001, 2, 3);
	was(BIMETAL_X86_INVLPGB, 0x1001, 2, 3);
	x86_tlbsync(x86);
	was(BIMETAL_X86_TLBSYNC, 0, 0, 0);
}

Test(x86_host, invpcid_refuses_what_the_manual_lists)
{
	x86_invpcid(x86, (enum x86_invpcid)4, 0, 0);
	x86_invpcid(x86, X86_INVPCID_ONE, 1, 0); /* without CR4.PCIDE */
	x86_invpcid(x86, X86_INVPCID_ALL, 4096, 0);
	x86_invpcid(x86, X86_INVPCID_ADDRESS, 0, UINT64_C(0x800000000000));
	check_eq(u64, cpu.s.x86.faults, 4);
	check_eq(uint, cpu.s.x86.fault, 13);
	check_eq(u64, cpu.s.x86.n_done, 0);
}

Test(x86_host, the_rest_of_the_instructions)
{
	msr_write(x86.msrs, X86_GS_BASE, 0x1000);
	msr_write(x86.msrs, X86_KERNEL_GS_BASE, 0x2000);
	x86_swapgs(x86);
	was(BIMETAL_X86_SWAPGS, 0, 0, 0);
	check_eq(u64, msr_read(x86.msrs, X86_GS_BASE), 0x2000);
	check_eq(u64, msr_read(x86.msrs, X86_KERNEL_GS_BASE), 0x1000);
	x86_stac(x86);
	check(x86_rflags(x86) & X86_FLAG_AC);
	x86_clac(x86);
	check(!(x86_rflags(x86) & X86_FLAG_AC));
	x86_bochs_break(x86);
	was(BIMETAL_X86_BOCHS, 0, 0, 0);
}

Test(x86_host, random_numbers_are_the_same_in_every_run)
{
	uint16_t small;
	uint32_t medium;
	uint64_t first, second, again;
	check(x86_rdrand64(x86, &first));
	check(x86_rdrand64(x86, &second));
	check_ne(u64, first, second);
	check(x86_rdrand32(x86, &medium));
	check(x86_rdrand16(x86, &small));
	host_cpu_reset(&cpu);
	check(x86_rdrand64(x86, &again));
	check_eq(u64, again, first);
}

/* A processor of which CPUID tells nothing has none of the newer instructions. */
static struct host_cpuid bare(void *ctx, uint32_t leaf, uint32_t subleaf)
{
	(void)ctx;
	(void)subleaf;
	return (struct host_cpuid){ .eax = leaf & UINT32_C(0x80000000) ? UINT32_C(0x80000008) : 7 };
}

Test(x86_host, instructions_that_cpuid_does_not_tell_are_invalid_opcodes)
{
	uint64_t random = 7;
	cpu.cpuid = bare;
	check(!x86_rdrand64(x86, &random));
	check_eq(u64, random, 0);
	x86_invpcid(x86, X86_INVPCID_ALL, 0, 0);
	x86_invlpgb(x86, 0, 0, 0);
	x86_tlbsync(x86);
	x86_stac(x86);
	x86_clac(x86);
	check_eq(u64, x86_xcr(x86, 0), 0);
	check_eq(u64, cpu.s.x86.faults, 7);
	for (unsigned i = 0; i < 7; i++) check_eq(uint, taken[i], 6);
	x86_set_cr4(x86, X86_CR4_PAE | X86_CR4_SMAP);
	check_eq(uint, taken[7], 13);
	check_eq(u64, cpu.s.x86.n_done, 0);
}

/* ---- debug registers ---- */

Test(x86_host, a_breakpoint_has_the_bits_of_the_manual)
{
	uint64_t dr7 = 0;
	const struct dr7_breakpoint code = { .when = DR7_EXECUTE, .bytes = 1, .global = true };
	const struct dr7_breakpoint word = { .when = DR7_ACCESS, .bytes = 4, .local = true };
	const struct dr7_breakpoint wide = { .when = DR7_WRITE, .bytes = 8, .local = true };
	check_eq(int, dr7_set(&dr7, 0, &code, 0x1001), DR7_OK);
	check_eq(u64, dr7, 0x402);
	check_eq(int, dr7_set(&dr7, 3, &word, 0x1004), DR7_OK);
	check_eq(u64, dr7, 0xf0000442);
	check_eq(int, dr7_set(&dr7, 1, &wide, 0x1008), DR7_OK);
	check_eq(u64, dr7, 0xf0900446);
	struct dr7_breakpoint back = dr7_get(dr7, 1);
	check(back.local && !back.global && back.bytes == 8 && back.when == DR7_WRITE);
	check_eq(int, dr7_set(&dr7, 3, &(struct dr7_breakpoint){ .bytes = 1 }, 0), DR7_OK);
	check_eq(u64, dr7, 0x00900406);
	x86_set_dr7(x86, dr7);
	check_eq(u64, x86_dr7(x86), dr7);
}

Test(x86_host, mistakes_of_a_breakpoint_have_names)
{
	uint64_t dr7 = 7;
	struct dr7_breakpoint b = { .when = DR7_WRITE, .bytes = 4 };
	check_eq(int, dr7_set(&dr7, 4, &b, 0), DR7_BAD_NUMBER);
	check_eq(int, dr7_set(&dr7, 0, &b, 2), DR7_UNALIGNED);
	b.bytes = 3;
	check_eq(int, dr7_set(&dr7, 0, &b, 0), DR7_BAD_SIZE);
	b = (struct dr7_breakpoint){ .when = DR7_EXECUTE, .bytes = 2 };
	check_eq(int, dr7_set(&dr7, 0, &b, 0), DR7_BAD_SIZE);
	check_eq(int, dr7_set(NULL, 0, &b, 0), DR7_NULL_POINTER);
	b = (struct dr7_breakpoint){ .when = (enum dr7_when)4, .bytes = 1 };
	check_eq(int, dr7_set(&dr7, 0, &b, 0), DR7_BAD_WHEN, "it would set a bit of the length");
	check_eq(u64, dr7, 7);
	check_eq(uint, dr7_get(UINT64_MAX, 4).bytes, 0);
}

Test(x86_host, guarded_debug_registers_raise_a_debug_exception)
{
	x86_set_dr7(x86, X86_DR7_GD);
	check_eq(u64, x86_dr0(x86), 0);
	check_eq(uint, n_taken, 1);
	check_eq(uint, taken[0], 1);
	check_eq(u64, x86_dr6(x86), 0xffff0ff0 | X86_DR6_BD);
	check_eq(u64, x86_dr7(x86), 0x400);
}

/* ---- segment registers ---- */

Test(x86_host, segment_registers_take_what_a_processor_takes)
{
	static uint64_t table[] = { 0, GDT_KERNEL_CODE64, GDT_KERNEL_DATA,
				    GDT_KERNEL_DATA & ~GDT_PRESENT,
				    (GDT_KERNEL_DATA & ~GDT_WRITABLE) | UINT64_C(0x12) << 56 };
	x86_lgdt(x86, (struct x86_table){ (uintptr_t)table, sizeof(table) - 1 });
	x86_set_cs(x86, 0x08);
	x86_set_ss(x86, 0x10);
	x86_set_fs(x86, 0x20);
	x86_set_gs(x86, 0);
	check_eq(u64, cpu.s.x86.faults, 0);
	check_eq(uint, x86_fs(x86), 0x20);
	check_eq(u64, msr_read(x86.msrs, X86_FS_BASE), 0x12000000);
	x86_set_cs(x86, 0x10); /* data */
	check_eq(uint, taken[0], 13);
	x86_set_ss(x86, 0x08); /* code */
	check_eq(uint, taken[1], 13);
	x86_set_ss(x86, 0x20); /* read-only */
	check_eq(uint, taken[2], 13);
	x86_set_ds(x86, 0x18); /* absent */
	check_eq(uint, taken[3], 11);
	x86_set_ss(x86, 0x18);
	check_eq(uint, taken[4], 12);
	x86_set_es(x86, 0x28); /* behind the table */
	check_eq(uint, taken[5], 13);
	x86_set_es(x86, 0x14); /* in an LDT */
	check_eq(uint, taken[6], 13);
	x86_set_cs(x86, 0);
	check_eq(uint, taken[7], 13);
	check_eq(uint, x86_cs(x86), 0x08);
	check_eq(uint, x86_ss(x86), 0x10);
}

Test(x86_host, the_record_keeps_the_last_ones)
{
	for (uint64_t i = 0; i < 100; i++) x86_invlpg(x86, i << 12);
	check_eq(u64, cpu.s.x86.n_done, 100);
	check_eq(u64, host_x86_last(&cpu.s.x86, 0).a, 99 << 12);
	check_eq(u64, host_x86_last(&cpu.s.x86, 63).a, 36 << 12);
	check_eq(u64, host_x86_last(&cpu.s.x86, 64).a, 0);
}
