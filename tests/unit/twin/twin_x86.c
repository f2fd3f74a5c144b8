/* SPDX-License-Identifier: MIT */
/* Registers and instructions of the processor, natively and emulated: descriptor tables, software
 * interrupts, flags, control and debug registers, MSRs. */
#include "bimetal/pic_8259.h"
#include "bimetal/pit_8254.h"
#include "bimetal/twin.h"
#include "bimetal/x86/control.h"
#include "bimetal/x86/debug.h"
#include "bimetal/x86/flags.h"
#include "bimetal/x86/gdt.h"
#include "bimetal/x86/idt.h"
#include "bimetal/x86/msrs.h"

enum { CODE = 0x08, DATA = 0x10 }; /* those of the kernel around the tests */

static unsigned count[256];
static void add(void *ctx) { ++*(unsigned *)ctx; }

static void catch (uint8_t vector) { twin_on_interrupt(vector, add, &count[vector]); }

/* ---- interrupts ---- */

enum { MASTER = 0x20, SLAVE = 0x28 };
static struct pic pic;

/* A firmware's timer ticks: its interrupt waits when a test turns interrupts on. */
static void mask_lines(void)
{
	const struct pic_config config = { .master_vector = MASTER, .slave_vector = SLAVE };
	twin_assert_eq(pic_init(&pic, twin_port(0), *twin_wait(), &config), PIC_OK);
	twin_assert_eq(pic_disable(&pic), PIC_OK);
}

TWIN(x86, int3_returns_once)
{
	catch (IDT_BP);
	x86_int3(twin_x86());
	twin_expect_eq(count[IDT_BP], 1);
}

TWIN(x86, software_interrupts_reach_their_vectors)
{
	catch (42);
	catch (77);
	x86_int(twin_x86(), 42);
	x86_int(twin_x86(), 77);
	x86_int(twin_x86(), 42);
	twin_expect_eq(count[42], 2);
	twin_expect_eq(count[77], 1);
}

TWIN(x86, interrupts_are_turned_off_and_on_as_they_were)
{
	struct x86_cpu cpu = twin_x86();
	mask_lines();
	twin_expect(!x86_irq_on(cpu));
	twin_expect(!x86_irq_save(cpu));
	x86_irq_restore(cpu, false);
	twin_expect(!x86_irq_on(cpu));
	x86_sti(cpu);
	twin_expect(x86_irq_on(cpu));
	twin_expect(x86_irq_save(cpu));
	twin_expect(!x86_irq_on(cpu));
	x86_irq_restore(cpu, true);
	twin_expect(x86_irq_on(cpu));
	x86_cli(cpu);
	twin_expect(!x86_irq_on(cpu));
}

static void look(void *ctx) { *(bool *)ctx = x86_irq_on(twin_x86()); }

TWIN(x86, work_without_interrupts)
{
	struct x86_cpu cpu = twin_x86();
	bool on = true;
	mask_lines();
	x86_sti(cpu);
	x86_without_interrupts(cpu, look, &on);
	twin_expect(!on);
	twin_expect(x86_irq_on(cpu));
	x86_cli(cpu);
	x86_without_interrupts(cpu, look, &on);
	twin_expect(!x86_irq_on(cpu));
}

/* ---- a sleep ---- */

enum { TICK_HZ = 1000, TICKS = 3 };
static volatile unsigned ticks;

static void tick(void *ctx)
{
	(void)ctx;
	ticks++;
	twin_expect_eq(pic_end(&pic, 0), PIC_OK);
}

static void start_timer(void)
{
	struct pit pit;
	mask_lines();
	twin_assert_eq(pit_init(&pit, twin_port(0), *twin_wait()), PIT_OK);
	twin_on_interrupt(MASTER, tick, NULL);
	twin_assert_eq(pit_set_rate(&pit, 0, TICK_HZ), PIT_OK);
	twin_assert_eq(pic_unmask(&pic, 0), PIC_OK);
}

/* Checks with interrupts off whether there is work, and sleeps if not: no wake-up is lost. */
TWIN(x86, an_interrupt_ends_a_sleep)
{
	struct x86_cpu cpu = twin_x86();
	start_timer();
	for (;;) {
		x86_cli(cpu);
		if (ticks >= TICKS) break;
		x86_sti_hlt(cpu);
		twin_expect(x86_irq_on(cpu));
	}
	twin_expect_eq(ticks, TICKS);
}

/* ---- descriptor tables ---- */

static uint64_t slots[GDT_DEFAULT_SLOTS];
static struct gdt gdt;
static struct tss tss;
static struct idt idt;
static uint16_t task;

static void make_gdt(void)
{
	uint16_t code, data;
	tss_init(&tss);
	twin_assert_eq(gdt_init(&gdt, slots, GDT_DEFAULT_SLOTS), GDT_OK);
	twin_assert_eq(gdt_add(&gdt, GDT_KERNEL_CODE64, &code), GDT_OK);
	twin_assert_eq(gdt_add(&gdt, GDT_KERNEL_DATA, &data), GDT_OK);
	twin_assert_eq(gdt_add_tss(&gdt, &tss, TSS_SIZE - 1, &task), GDT_OK);
	twin_assert_eq(code, CODE);
	twin_assert_eq(data, DATA);
	twin_assert_eq(gdt_load(&gdt, twin_x86()), GDT_OK);
}

TWIN(x86, a_gdt_is_loaded_and_its_segments)
{
	struct x86_cpu cpu = twin_x86();
	make_gdt();
	twin_expect_eq(x86_sgdt(cpu).base, (uintptr_t)slots);
	twin_expect_eq(x86_sgdt(cpu).limit, 39);
	gdt_load_segments(cpu, CODE, DATA);
	twin_expect_eq(x86_cs(cpu), CODE);
	twin_expect_eq(x86_ss(cpu), DATA);
	twin_expect_eq(x86_ds(cpu), DATA);
	twin_expect_eq(x86_es(cpu), DATA);
	x86_set_fs(cpu, DATA);
	x86_set_gs(cpu, 0);
	twin_expect_eq(x86_fs(cpu), DATA);
	twin_expect_eq(x86_gs(cpu), 0);
}

/* The compiler must see that LTR writes the table. */
TWIN(x86, the_task_register_makes_its_descriptor_busy)
{
	struct x86_cpu cpu = twin_x86();
	make_gdt();
	twin_expect_eq(slots[3] >> 40 & 0xf, GDT_TYPE_TSS);
	twin_assert_eq(gdt_load_tss(&gdt, cpu, task), GDT_OK);
	twin_expect_eq(slots[3] >> 40 & 0xf, GDT_TYPE_BUSY_TSS);
	twin_expect_eq(x86_str(cpu), task);
	twin_expect_eq(gdt_load_tss(&gdt, cpu, task), GDT_TSS_IS_BUSY);
}

/* The same where the compiler sees all of the table, on the stack and inlined. */
TWIN(x86, ltr_writes_a_table_that_the_compiler_knows)
{
	struct x86_cpu cpu = twin_x86();
	struct gdt_system d = gdt_tss_descriptor((uintptr_t)&tss, TSS_SIZE - 1);
	uint64_t own[] = { 0, GDT_KERNEL_CODE64, GDT_KERNEL_DATA, d.low, d.high };
	tss_init(&tss);
	x86_lgdt(cpu, (struct x86_table){ (uintptr_t)own, sizeof(own) - 1 });
	uint64_t before = own[3];
	x86_ltr(cpu, 3 * GDT_SLOT_BYTES);
	twin_expect_eq(own[3], before | UINT64_C(1) << 41);
}

/* Loaded with interrupts off, and taken back before one could come. */
TWIN(x86, an_idt_is_loaded)
{
	struct x86_cpu cpu = twin_x86();
	struct x86_table before = x86_sidt(cpu);
	const struct idt_options usual = { .type = IDT_INTERRUPT };
	idt_init(&idt);
	twin_expect_eq(idt_set(&idt, 0x40, 0x1000, CODE, usual), IDT_OK);
	idt_load(&idt, cpu);
	struct x86_table now = x86_sidt(cpu);
	x86_lidt(cpu, before);
	twin_expect_eq(now.base, (uintptr_t)&idt);
	twin_expect_eq(now.limit, 4095);
	twin_expect_eq(x86_sidt(cpu).base, before.base);
	twin_expect_eq(x86_sidt(cpu).limit, before.limit);
}

/* ---- registers ---- */

TWIN(x86, control_registers_tell_where_a_kernel_stands)
{
	struct x86_cpu cpu = twin_x86();
	struct control now = control_read(cpu);
	const uint64_t paging = X86_CR0_PG | X86_CR0_WP | X86_CR0_PE;
	twin_expect_eq(now.cr0 & paging, paging);
	twin_expect(now.cr4 & X86_CR4_PAE);
	twin_expect_eq(now.efer & (X86_EFER_LMA | X86_EFER_LME), X86_EFER_LMA | X86_EFER_LME);
	twin_expect_eq(cr3_read(cpu).pcid, 0);
	uint64_t table = cr3_read(cpu).table;
	struct cr3 cr3 = { .table = table, .write_through = true };
	twin_expect_eq(cr3_write(cpu, &cr3), CONTROL_OK);
	twin_expect(cr3_read(cpu).write_through);
	cr3.write_through = false;
	twin_expect_eq(cr3_write(cpu, &cr3), CONTROL_OK);
	x86_reload_cr3(cpu);
	twin_expect_eq(x86_cr3(cpu), table);
}

TWIN(x86, control_registers_are_updated_and_misuse_is_refused)
{
	struct x86_cpu cpu = twin_x86();
	twin_expect_eq(cr0_update(cpu, 0, X86_CR0_TS), CONTROL_OK);
	twin_expect(x86_cr0(cpu) & X86_CR0_TS);
	twin_expect_eq(cr0_update(cpu, X86_CR0_TS, 0), CONTROL_OK);
	twin_expect(!(x86_cr0(cpu) & X86_CR0_TS));
	twin_expect_eq(cr4_update(cpu, 0, X86_CR4_PGE), CONTROL_OK);
	twin_expect(x86_cr4(cpu) & X86_CR4_PGE);
	twin_expect_eq(efer_update(cpu, 0, X86_EFER_NXE | X86_EFER_SCE), CONTROL_OK);
	twin_expect(msr_read(cpu.msrs, X86_EFER) & X86_EFER_NXE);
	twin_expect_eq(cr0_update(cpu, X86_CR0_PG, 0), CR0_PAGING_IN_LONG_MODE);
	twin_expect_eq(cr4_update(cpu, X86_CR4_PAE, 0), CR4_PAE_IN_LONG_MODE);
	twin_expect_eq(efer_update(cpu, X86_EFER_LME, 0), EFER_LME_WHILE_PAGING);
	x86_set_cr2(cpu, UINT64_C(0xffff800012345678));
	twin_expect_eq(x86_cr2(cpu), UINT64_C(0xffff800012345678));
}

TWIN(x86, the_task_priority)
{
	struct x86_cpu cpu = twin_x86();
	x86_set_cr8(cpu, 9);
	twin_expect_eq(x86_cr8(cpu), 9);
	x86_set_cr8(cpu, 0);
	twin_expect_eq(x86_cr8(cpu), 0);
}

TWIN(x86, debug_registers)
{
	struct x86_cpu cpu = twin_x86();
	const struct dr7_breakpoint off = { .when = DR7_WRITE, .bytes = 8 };
	uint64_t dr7 = 0;
	x86_set_dr0(cpu, 0x1111);
	x86_set_dr1(cpu, 0x2222);
	x86_set_dr2(cpu, 0x3333);
	x86_set_dr3(cpu, UINT64_C(0xffff800000004444));
	twin_expect_eq(x86_dr0(cpu), 0x1111);
	twin_expect_eq(x86_dr1(cpu), 0x2222);
	twin_expect_eq(x86_dr2(cpu), 0x3333);
	twin_expect_eq(x86_dr3(cpu), UINT64_C(0xffff800000004444));
	twin_expect_eq(dr7_set(&dr7, 2, &off, 0x1000), DR7_OK);
	x86_set_dr7(cpu, dr7);
	twin_expect_eq(x86_dr7(cpu), 0x09000400);
	x86_set_dr6(cpu, 0);
	twin_expect_eq(x86_dr6(cpu) & 0xe00f, 0);
	x86_set_dr7(cpu, X86_DR7_ONE);
}

TWIN(x86, flags)
{
	struct x86_cpu cpu = twin_x86();
	uint64_t before = x86_rflags(cpu);
	x86_set_rflags(cpu, before | X86_FLAG_AC | X86_FLAG_ID);
	twin_expect_eq(x86_rflags(cpu) & (X86_FLAG_AC | X86_FLAG_ID), X86_FLAG_AC | X86_FLAG_ID);
	x86_set_rflags(cpu, before);
	twin_expect(!(x86_rflags(cpu) & X86_FLAG_ID));
	twin_expect(x86_rflags(cpu) & X86_FLAG_ONE);
}

TWIN(x86, the_control_register_of_sse)
{
	struct x86_cpu cpu = twin_x86();
	twin_assert_eq(cr4_update(cpu, 0, X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT), CONTROL_OK);
	twin_expect_eq(x86_mxcsr(cpu), X86_MXCSR_RESET);
	x86_set_mxcsr(cpu, X86_MXCSR_RESET | X86_MXCSR_ROUND | X86_MXCSR_FTZ);
	twin_expect_eq(x86_mxcsr(cpu), X86_MXCSR_RESET | X86_MXCSR_ROUND | X86_MXCSR_FTZ);
	x86_set_mxcsr(cpu, X86_MXCSR_RESET);
}

TWIN(x86, registers_of_system_calls)
{
	struct x86_cpu cpu = twin_x86();
	const struct star star = {
		.sysret_cs = 0x2b, .sysret_ss = 0x23, .syscall_cs = CODE, .syscall_ss = DATA
	};
	twin_expect_eq(star_write(cpu, &star), STAR_OK);
	twin_expect_eq(msr_read(cpu.msrs, X86_STAR) >> 32, 0x001b0008);
	twin_expect_eq(star_read(cpu).sysret_cs, 0x2b);
	msr_write(cpu.msrs, X86_LSTAR, UINT64_C(0xffff800000001000));
	msr_write(cpu.msrs, X86_SFMASK, X86_FLAG_IF | X86_FLAG_TF);
	twin_expect_eq(msr_read(cpu.msrs, X86_LSTAR), UINT64_C(0xffff800000001000));
	twin_expect_eq(msr_read(cpu.msrs, X86_SFMASK), 0x300);
	const struct star low = { .sysret_cs = 3, .sysret_ss = 0xfffb };
	twin_expect_eq(star_write(cpu, &low), STAR_SYSRET_TOO_LOW);
}

TWIN(x86, segment_bases_are_swapped)
{
	struct x86_cpu cpu = twin_x86();
	msr_write(cpu.msrs, X86_FS_BASE, 0x1000);
	msr_write(cpu.msrs, X86_GS_BASE, 0x2000);
	msr_write(cpu.msrs, X86_KERNEL_GS_BASE, UINT64_C(0xffff800000003000));
	x86_swapgs(cpu);
	twin_expect_eq(msr_read(cpu.msrs, X86_FS_BASE), 0x1000);
	twin_expect_eq(msr_read(cpu.msrs, X86_GS_BASE), UINT64_C(0xffff800000003000));
	twin_expect_eq(msr_read(cpu.msrs, X86_KERNEL_GS_BASE), 0x2000);
	twin_expect(msr_read(cpu.msrs, X86_APIC_BASE) & X86_APIC_BASE_ENABLE);
}

TWIN(x86, instructions_without_an_effect_that_could_be_seen)
{
	struct x86_cpu cpu = twin_x86();
	x86_invlpg(cpu, (uintptr_t)&cpu);
	x86_invlpg(cpu, UINT64_C(0x800000000000)); /* no canonical address: no fault either */
	x86_bochs_break(cpu);
	twin_expect(!x86_irq_on(cpu));
}

/* ---- ports ---- */

/* Registers of the CRTC through its index: bits 6 and 7 of 0Ah are reserved, 0Fh has all eight. */
TWIN(x86, a_port_reads_what_was_written)
{
	enum { INDEX = 0, CRTC_DATA = 1, CURSOR_START = 0x0a, CURSOR_LOW = 0x0f };
	struct io crtc = twin_port(0x3d4);
	io_write8(crtc, INDEX, CURSOR_START);
	twin_expect_eq(io_read8(crtc, INDEX), CURSOR_START);
	io_write8(crtc, CRTC_DATA, 0x2a);
	twin_expect_eq(io_read8(crtc, CRTC_DATA), 0x2a);
	io_write8(crtc, INDEX, CURSOR_LOW);
	io_write8(crtc, CRTC_DATA, 0xaa);
	twin_expect_eq(io_read8(crtc, CRTC_DATA), 0xaa);
}
