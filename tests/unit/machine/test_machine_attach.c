/* SPDX-License-Identifier: MIT */
/* Native code that acts for an emulated CPU: registers, MSRs, tables and translations are those of
 * the CPU, which then runs with them. */
#include "bimetal/x86/control.h"
#include "bimetal/x86/gdt.h"
#include "bimetal/x86/msrs.h"
#include "harness/machine/cpu.h"
#include "harness/machine/host.h"
#include "tests/check.h"

enum { MEMORY = 8 << 20, PML4 = 0x10000, PDPT = 0x11000, PD = 0x12000, PT = 0x13000 };
enum { TABLE = 0x20000, TASK = 0x21000, CODE_AT = 0x30000, PAGE = 0x400000, TARGET = 0x40000 };
enum { P = 1, W = 2, PS = 0x80, CODE = 0x08, DATA = 0x10, TSS_SELECTOR = 0x18 };

static struct machine machine;
static struct bimetal_cpu cpu;
static struct x86_cpu x86;
static unsigned n_taken;
static uint8_t last_vector;

static void dispatch(void *ctx, uint8_t vector)
{
	(void)ctx;
	n_taken++;
	last_vector = vector;
}

static void put64(uint64_t pa, uint64_t value) { require(mem_write64(&machine.mem, pa, value)); }

/* The lowest 2 MiB as they are; a page at PAGE. */
static void make_tables(void)
{
	struct gdt_system task = gdt_tss_descriptor(TASK, TSS_SIZE - 1);

	require(mem_set(&machine.mem, PML4, 0, 4 * 0x1000));
	put64(PML4, PDPT | P | W);
	put64(PDPT, PD | P | W);
	put64(PD, P | W | PS);
	put64(PD + 8 * (PAGE >> 21), PT | P | W);
	put64(PT, TARGET | P | W);
	put64(TABLE, 0);
	put64(TABLE + CODE, GDT_KERNEL_CODE64);
	put64(TABLE + DATA, GDT_KERNEL_DATA);
	put64(TABLE + TSS_SELECTOR, task.low);
	put64(TABLE + TSS_SELECTOR + 8, task.high);
}

static void start_in_64_bit_mode(void)
{
	struct cpu_regs regs;

	make_tables();
	processor_get_regs(&machine.processor, &regs);
	regs.cr3 = PML4;
	regs.cr4 = X86_CR4_PAE;
	regs.efer = X86_EFER_LME | X86_EFER_LMA;
	regs.cr0 = X86_CR0_PG | X86_CR0_WP | X86_CR0_ET | X86_CR0_PE;
	regs.rip = CODE_AT;
	regs.gdt.base = TABLE;
	regs.gdt.limit = 39;
	regs.seg[CPU_CS] = (struct cpu_segment_state){ 0, UINT32_MAX, 0xaf9b00, CODE };
	regs.seg[CPU_SS] = (struct cpu_segment_state){ 0, UINT32_MAX, 0xcf9300, DATA };
	processor_set_regs(&machine.processor, &regs);
}

static void set_up(void)
{
	struct machine_config config = { .machine = "none", .memory = MEMORY };
	const char *fault = machine_init(&machine, &config);

	require_eq(ptr, fault, NULL, "%s", fault);
	require(machine_host_attach(&machine, &cpu));
	cpu.dispatch = dispatch;
	x86 = x86_of_host(&cpu);
	start_in_64_bit_mode();
}

static void tear_down(void) { machine_free(&machine); }

TestSuite(machine_attach, .init = set_up, .fini = tear_down, .timeout = 60);

static struct cpu_regs regs(void)
{
	struct cpu_regs now;
	processor_get_regs(&machine.processor, &now);
	return now;
}

Test(machine_attach, control_registers_are_those_of_the_cpu)
{
	check_eq(u64, x86_cr3(x86), PML4);
	check_eq(u64, x86_cr4(x86), X86_CR4_PAE);
	check_eq(int, cr4_update(x86, 0, X86_CR4_PGE), CONTROL_OK);
	check_eq(u64, regs().cr4, X86_CR4_PAE | X86_CR4_PGE);
	check_eq(int, cr0_update(x86, 0, X86_CR0_TS), CONTROL_OK);
	check(regs().cr0 & X86_CR0_TS);
	x86_set_cr2(x86, 0x1234);
	check_eq(u64, regs().cr2, 0x1234);
	x86_set_rflags(x86, X86_EFER_SCE | 2);
	check_eq(u64, regs().rflags, 3);
	x86_sti(x86);
	check_eq(u64, regs().rflags, 0x203);
	check(x86_irq_save(x86));
	check_eq(u64, regs().rflags, 3);
	check_eq(u64, cpu.s.x86.faults, 0);
}

Test(machine_attach, what_the_cpu_lacks_is_refused)
{
	uint64_t random;
	x86_set_cr4(x86, X86_CR4_PAE | X86_CR4_PCIDE);
	check_eq(uint, last_vector, 13);
	x86_invpcid(x86, X86_INVPCID_ALL, 0, 0);
	check_eq(uint, last_vector, 6);
	check(!x86_rdrand64(x86, &random));
	check_eq(u64, x86_xcr(x86, 0), 0);
	/* It executes only its guest's code. */
	x86_int(x86, 42);
	x86_sti_hlt(x86);
	check_eq(uint, n_taken, 6);
	check_eq(u64, regs().cr4, X86_CR4_PAE);
	check_eq(u64, cpu.s.x86.n_done, 0);
}

Test(machine_attach, msrs_and_debug_registers_are_those_of_the_cpu)
{
	uint64_t dr[8];
	msr_write(x86.msrs, X86_LSTAR, UINT64_C(0xffff800000001000));
	check_eq(u64, msr_read(x86.msrs, X86_LSTAR), UINT64_C(0xffff800000001000));
	check_eq(int, efer_update(x86, 0, X86_EFER_NXE), CONTROL_OK);
	check_eq(u64, regs().efer, X86_EFER_LME | X86_EFER_LMA | X86_EFER_NXE);
	msr_write(x86.msrs, X86_GS_BASE, 0x1000);
	x86_swapgs(x86);
	check_eq(u64, msr_read(x86.msrs, X86_KERNEL_GS_BASE), 0x1000);
	check_eq(u64, regs().seg[CPU_GS].base, 0);
	msr_write(x86.msrs, X86_LSTAR, UINT64_C(0x800000000000));
	check_eq(uint, last_vector, 13);
	x86_set_dr1(x86, 0x5555);
	x86_set_dr7(x86, 0x400);
	machine.processor.ops->debug_regs(machine.processor.ctx, dr);
	check_eq(u64, dr[1], 0x5555);
	check_eq(u64, x86_dr7(x86), 0x400);
	x86_set_mxcsr(x86, 0x3f80);
	check_eq(u32, x86_mxcsr(x86), 0x3f80);
}

Test(machine_attach, tables_lie_in_guest_memory)
{
	uint64_t low = 0;
	check_eq(u64, x86_sgdt(x86).base, TABLE);
	x86_ltr(x86, TSS_SELECTOR);
	check_eq(uint, n_taken, 0);
	check_eq(uint, x86_str(x86), TSS_SELECTOR);
	check(mem_read64(&machine.mem, TABLE + TSS_SELECTOR, &low));
	check_eq(u64, low >> 40 & 0xf, GDT_TYPE_BUSY_TSS);
	check_eq(u64, regs().tr.base, TASK);
	check_eq(u32, regs().tr.limit, TSS_SIZE - 1);
	x86_ltr(x86, TSS_SELECTOR);
	check_eq(uint, last_vector, 13, "it is busy");
	x86_set_ds(x86, DATA);
	check_eq(u32, regs().seg[CPU_DS].limit, UINT32_MAX);
	x86_lidt(x86, (struct x86_table){ 0x5000, 4095 });
	check_eq(u64, regs().idt.base, 0x5000);
	x86_lgdt(x86, (struct x86_table){ UINT64_C(0x700000000000), 39 }); /* not mapped */
	x86_ltr(x86, TSS_SELECTOR);
	check_eq(uint, n_taken, 2);
}

/* mov PAGE, %eax; hlt */
static void run_a_load(void)
{
	static const uint8_t code[] = { 0x8b, 0x04, 0x25, 0x00, 0x00, 0x40, 0x00, 0xf4 };
	struct cpu_regs now = regs();

	require(mem_write(&machine.mem, CODE_AT, code, sizeof(code)));
	now.rip = CODE_AT;
	processor_set_regs(&machine.processor, &now);
	require_eq(int,
		   machine.processor.ops->run(machine.processor.ctx,
					      clock_now(&machine.clock) + 1000000),
		   CPU_STOP_HALTED);
}

Test(machine_attach, the_cpu_runs_with_what_was_written)
{
	require(mem_write32(&machine.mem, TARGET, 0x11111111));
	require(mem_write32(&machine.mem, TARGET + 0x1000, 0x22222222));
	run_a_load();
	check_eq(u64, regs().gpr[CPU_RAX], 0x11111111);
	put64(PT, (TARGET + 0x1000) | P | W);
	x86_invlpg(x86, PAGE);
	run_a_load();
	check_eq(u64, regs().gpr[CPU_RAX], 0x22222222);
	check_eq(u64, cpu.s.x86.n_done, 1);
}

Test(machine_attach, only_a_cpu_that_executes_a_guest_can_be_acted_for)
{
	static struct machine native;
	static struct bimetal_cpu own, other;
	struct machine_config config = { .machine = "none", .memory = MEMORY };
	const char *fault = machine_host_init(&native, &config, &own);

	require_eq(ptr, fault, NULL, "%s", fault);
	check(!machine_host_attach(&native, &other));
	machine_free(&native);
}
