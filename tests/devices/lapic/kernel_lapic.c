/* SPDX-License-Identifier: MIT */
/* The local APIC: its timer, priorities, interrupts to itself, NMI, and the 8259A through LINT0. */
#include "k.h"

enum {
	ID = 0x20,
	VERSION = 0x30,
	TPR = 0x80,
	PPR = 0xa0,
	EOI = 0xb0,
	SVR = 0xf0,
	ISR = 0x100,
	IRR = 0x200,
	ICR_LOW = 0x300,
	ICR_HIGH = 0x310,
	LVT_TIMER = 0x320,
	LVT_LINT0 = 0x350,
	TIMER_INITIAL = 0x380,
	TIMER_CURRENT = 0x390,
	TIMER_DIVIDE = 0x3e0,
	SVR_ENABLE = 1 << 8,
	LVT_MASKED = 1 << 16,
	LVT_PERIODIC = 1 << 17,
	LVT_EXTINT = 7 << 8,
	ICR_SELF = 1 << 18,
	ICR_ASSERT = 1 << 14,
	ICR_NMI = 4 << 8,
	DIVIDE_16 = 3,
	VECTOR_TIMER = 0x40,
	VECTOR_IPI = 0x51,
	VECTOR_HIGH = 0x91,
	VECTOR_SPURIOUS = 0xff
};

static volatile uint8_t *const apic = (volatile uint8_t *)0xfee00000u;
static uint32_t read_apic(unsigned reg) { return *(volatile uint32_t *)(apic + reg); }
static void write_apic(unsigned reg, uint32_t v) { *(volatile uint32_t *)(apic + reg) = v; }
static bool vector_in(unsigned base, unsigned vector)
{
	return read_apic(base + vector / 32 * 0x10) >> vector % 32 & 1;
}

static volatile unsigned timer_count, ipi_count, high_count, pic_count, nmi_count, nmi_depth,
	nmi_deepest;
static volatile unsigned order[4], n_order;

static void note(unsigned vector)
{
	if (n_order < 4) order[n_order++] = vector;
}

static void on_timer(struct trap_frame *f)
{
	(void)f;
	timer_count++;
	note(VECTOR_TIMER);
	write_apic(EOI, 0);
}

static void on_ipi(struct trap_frame *f)
{
	(void)f;
	ipi_count++;
	note(VECTOR_IPI);
	write_apic(EOI, 0);
}

static void on_high(struct trap_frame *f)
{
	(void)f;
	high_count++;
	note(VECTOR_HIGH);
	write_apic(EOI, 0);
}

static void on_pic(struct trap_frame *f)
{
	(void)f;
	pic_count++;
	pic_eoi(0);
}

static void send_self(unsigned vector)
{
	write_apic(ICR_HIGH, 0);
	write_apic(ICR_LOW, ICR_SELF | ICR_ASSERT | vector);
}

/* Sends an NMI by the APIC's ID, as the shorthand "self" allows only fixed vectors. */
static void send_nmi(void)
{
	write_apic(ICR_HIGH, 0);
	write_apic(ICR_LOW, ICR_ASSERT | ICR_NMI);
}

static void let_in(void)
{
	sti();
	for (volatile unsigned i = 0; i < 200; i++) {
	}
	cli();
}

static void registers(void)
{
	check("ID", read_apic(ID) >> 24, 0);
	check_range("version", read_apic(VERSION) & 0xff, 0x10, 0x15);
	check_range("highest LVT entry", read_apic(VERSION) >> 16 & 0xff, 3, 7);
	write_apic(SVR, SVR_ENABLE | VECTOR_SPURIOUS);
	check("SVR", read_apic(SVR) & 0x1ff, SVR_ENABLE | VECTOR_SPURIOUS);
	write_apic(TPR, 0x70);
	check("TPR", read_apic(TPR), 0x70);
	check("PPR follows TPR", read_apic(PPR), 0x70);
	write_apic(TPR, 0);
}

static void timer(void)
{
	uint32_t left;

	write_apic(TIMER_DIVIDE, DIVIDE_16);
	write_apic(LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
	write_apic(TIMER_INITIAL, 0xffffffff);
	pit_wait(10000);
	left = read_apic(TIMER_CURRENT);
	report(left < 0xffffffff, "the timer counts while 10 ms pass");
	write_apic(TIMER_INITIAL, 0);
	check("an initial count of 0 stops it", read_apic(TIMER_CURRENT), 0);

	write_apic(LVT_TIMER, VECTOR_TIMER);
	timer_count = 0;
	write_apic(TIMER_INITIAL, 1000);
	__asm__ volatile("sti; hlt; cli");
	check("one shot wakes HLT", timer_count, 1);
	check("and then stands at 0", read_apic(TIMER_CURRENT), 0);
	let_in();
	check("and comes once", timer_count, 1);

	timer_count = 0;
	write_apic(LVT_TIMER, LVT_PERIODIC | VECTOR_TIMER);
	write_apic(TIMER_INITIAL, 100000);
	for (unsigned i = 0; i < 5; i++) __asm__ volatile("sti; hlt; cli");
	check_range("periodic wakes HLT five times", timer_count, 5, 6);
	write_apic(TIMER_INITIAL, 0);
	write_apic(LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
	let_in();
}

static void priorities(void)
{
	ipi_count = high_count = n_order = 0;
	send_self(VECTOR_IPI);
	send_self(VECTOR_HIGH);
	check("IRR has the first", vector_in(IRR, VECTOR_IPI), 1);
	check("IRR has the second", vector_in(IRR, VECTOR_HIGH), 1);
	let_in();
	check("both came", ipi_count + high_count, 2);
	check("the higher vector first", order[0], VECTOR_HIGH);
	check("IRR is empty", vector_in(IRR, VECTOR_IPI) | vector_in(IRR, VECTOR_HIGH), 0);
	check("ISR is empty", vector_in(ISR, VECTOR_IPI) | vector_in(ISR, VECTOR_HIGH), 0);

	ipi_count = high_count = 0;
	write_apic(TPR, 0x50);
	send_self(VECTOR_IPI);
	send_self(VECTOR_HIGH);
	let_in();
	check("TPR 0x50 holds 0x51 back", ipi_count, 0);
	check("but not 0x91", high_count, 1);
	write_apic(TPR, 0);
	let_in();
	check("TPR 0 lets it in", ipi_count, 1);
	ipi_count = 0;
	__asm__ volatile("mov %0, %%cr8" : : "r"(5ul));
	check("CR8 is TPR", read_apic(TPR), 0x50);
	send_self(VECTOR_IPI);
	let_in();
	check("CR8 = 5 holds 0x51 back", ipi_count, 0);
	__asm__ volatile("mov %0, %%cr8" : : "r"(0ul));
	let_in();
	check("CR8 = 0 lets it in", ipi_count, 1);
}

static void through_lint0(void)
{
	write_apic(LVT_LINT0, LVT_EXTINT);
	pic_count = 0;
	pic_mask(0xfffe);
	pit_once(100);
	if (!wait_irr(0)) fail("the 8254's interrupt", "got none want IRR bit 0");
	let_in();
	check("the 8259A comes through LINT0", pic_count, 1);
	write_apic(LVT_LINT0, LVT_EXTINT | LVT_MASKED);
	pit_once(100);
	(void)wait_irr(0);
	let_in();
	check("not when LINT0 is masked", pic_count, 1);
	write_apic(LVT_LINT0, LVT_EXTINT);
	let_in();
	check("but when it is not again", pic_count, 2);
	pic_mask(0xffff);
	pit_stop();
}

static void on_nmi(struct trap_frame *f)
{
	(void)f;
	nmi_count++;
	nmi_depth++;
	if (nmi_depth > nmi_deepest) nmi_deepest = nmi_depth;
	if (nmi_count == 1) {
		send_nmi(); /* held back until IRET */
		for (volatile unsigned i = 0; i < 200; i++) {
		}
	}
	nmi_depth--;
}

static void non_maskable(void)
{
	nmi_count = 0;
	cli();
	send_nmi();
	for (volatile unsigned i = 0; i < 200; i++) {
	}
	check("an NMI with IF clear, and another from its handler", nmi_count, 2);
	check("the second waits for the IRET of the first", nmi_deepest, 1);
}

/* An IRET that faults ends the blocking too: the next NMI comes before the first instruction of the
 * fault's handler. */
extern const char behind_iret[];
static volatile unsigned nmis_at_fault;

static void iret_to_null(void)
{
	__asm__ volatile(
		"mov %%rsp, %%rbx; pushq $0; push %%rbx; pushfq; pushq $0; pushq $0; iretq;"
		"behind_iret: mov %%rbx, %%rsp"
		:
		:
		: "rbx", "memory");
}

static void on_fault(struct trap_frame *f)
{
	nmis_at_fault = nmi_count;
	f->ip = (uintptr_t)behind_iret;
}

static void on_nmi_that_faults(struct trap_frame *f)
{
	(void)f;
	if (++nmi_count > 1) return;
	send_nmi();
	iret_to_null();
}

static void faulting_iret(void)
{
	nmi_count = 0;
	trap_hook[NMI] = on_nmi_that_faults;
	trap_hook[GP] = on_fault;
	send_nmi();
	for (volatile unsigned i = 0; i < 200; i++) {
	}
	trap_hook[GP] = NULL;
	check("both NMIs came", nmi_count, 2);
	check("an IRET that faults lets the next NMI in", nmis_at_fault, 2);
}

void kernel_main(void)
{
	if (!(cpuid(1, 0).edx >> 9 & 1)) {
		skip("local APIC", "not in CPUID");
		report(true, "nothing to test");
		return;
	}
	trap_hook[VECTOR_TIMER] = on_timer;
	trap_hook[VECTOR_IPI] = on_ipi;
	trap_hook[VECTOR_HIGH] = on_high;
	trap_hook[IRQ_BASE] = on_pic;
	trap_hook[NMI] = on_nmi;
	registers();
	timer();
	priorities();
	through_lint0();
	non_maskable();
	faulting_iret();
}
