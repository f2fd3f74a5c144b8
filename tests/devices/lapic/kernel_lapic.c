/* SPDX-License-Identifier: MIT */
/* The local APIC: its timer, priorities, interrupts to itself, NMI, and the 8259A through LINT0. */
#include "apic.h"

enum {
	PPR = 0xa0,
	ICR_SELF = 1 << 18,
	ICR_ASSERT = 1 << 14,
	DIVIDE_16 = 3,
	VECTOR_TIMER = 0x40,
	VECTOR_IPI = 0x51,
	VECTOR_HIGH = 0x91
};

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
	lapic_write(LAPIC_MODEL_EOI, 0);
}

static void on_ipi(struct trap_frame *f)
{
	(void)f;
	ipi_count++;
	note(VECTOR_IPI);
	lapic_write(LAPIC_MODEL_EOI, 0);
}

static void on_high(struct trap_frame *f)
{
	(void)f;
	high_count++;
	note(VECTOR_HIGH);
	lapic_write(LAPIC_MODEL_EOI, 0);
}

static void on_pic(struct trap_frame *f)
{
	(void)f;
	pic_count++;
	pic_eoi(0);
}

static void send_self(unsigned vector)
{
	lapic_write(LAPIC_ICR_HIGH, 0);
	lapic_write(LAPIC_ICR_LOW, ICR_SELF | ICR_ASSERT | vector);
}

/* Sends an NMI by the APIC's ID, as the shorthand "self" allows only fixed vectors. */
static void send_nmi(void)
{
	lapic_write(LAPIC_ICR_HIGH, 0);
	lapic_write(LAPIC_ICR_LOW, ICR_ASSERT | MODE_NMI);
}

static void registers(void)
{
	check("ID", lapic_read(LAPIC_MODEL_ID) >> 24, 0);
	check_range("version", lapic_read(LAPIC_MODEL_VERSION) & 0xff, 0x10, 0x15);
	check_range("highest LVT entry", lapic_read(LAPIC_MODEL_VERSION) >> 16 & 0xff, 3, 7);
	lapic_write(LAPIC_MODEL_SVR, SVR_ENABLE | SPURIOUS);
	check("SVR", lapic_read(LAPIC_MODEL_SVR) & 0x1ff, SVR_ENABLE | SPURIOUS);
	lapic_write(LAPIC_MODEL_TPR, 0x70);
	check("TPR", lapic_read(LAPIC_MODEL_TPR), 0x70);
	check("PPR follows TPR", lapic_read(PPR), 0x70);
	lapic_write(LAPIC_MODEL_TPR, 0);
}

static void timer(void)
{
	uint32_t left;

	lapic_write(LAPIC_MODEL_DIVIDE, DIVIDE_16);
	lapic_write(LAPIC_MODEL_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
	lapic_write(LAPIC_INITIAL, 0xffffffff);
	pit_wait(10000);
	left = lapic_read(LAPIC_CURRENT);
	report(left < 0xffffffff, "the timer counts while 10 ms pass");
	lapic_write(LAPIC_INITIAL, 0);
	check("an initial count of 0 stops it", lapic_read(LAPIC_CURRENT), 0);

	lapic_write(LAPIC_MODEL_LVT_TIMER, VECTOR_TIMER);
	timer_count = 0;
	lapic_write(LAPIC_INITIAL, 1000);
	__asm__ volatile("sti; hlt; cli");
	check("one shot wakes HLT", timer_count, 1);
	check("and then stands at 0", lapic_read(LAPIC_CURRENT), 0);
	let_in();
	check("and comes once", timer_count, 1);

	timer_count = 0;
	lapic_write(LAPIC_MODEL_LVT_TIMER, LVT_PERIODIC | VECTOR_TIMER);
	lapic_write(LAPIC_INITIAL, 100000);
	for (unsigned i = 0; i < 5; i++) __asm__ volatile("sti; hlt; cli");
	check_range("periodic wakes HLT five times", timer_count, 5, 6);
	lapic_write(LAPIC_INITIAL, 0);
	lapic_write(LAPIC_MODEL_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
	let_in();
}

static void priorities(void)
{
	ipi_count = high_count = n_order = 0;
	send_self(VECTOR_IPI);
	send_self(VECTOR_HIGH);
	check("IRR has the first", lapic_vector(LAPIC_MODEL_IRR, VECTOR_IPI), 1);
	check("IRR has the second", lapic_vector(LAPIC_MODEL_IRR, VECTOR_HIGH), 1);
	let_in();
	check("both came", ipi_count + high_count, 2);
	check("the higher vector first", order[0], VECTOR_HIGH);
	check("IRR is empty",
	      lapic_vector(LAPIC_MODEL_IRR, VECTOR_IPI) |
		      lapic_vector(LAPIC_MODEL_IRR, VECTOR_HIGH),
	      0);
	check("ISR is empty",
	      lapic_vector(LAPIC_MODEL_ISR, VECTOR_IPI) |
		      lapic_vector(LAPIC_MODEL_ISR, VECTOR_HIGH),
	      0);

	ipi_count = high_count = 0;
	lapic_write(LAPIC_MODEL_TPR, 0x50);
	send_self(VECTOR_IPI);
	send_self(VECTOR_HIGH);
	let_in();
	check("TPR 0x50 holds 0x51 back", ipi_count, 0);
	check("but not 0x91", high_count, 1);
	lapic_write(LAPIC_MODEL_TPR, 0);
	let_in();
	check("TPR 0 lets it in", ipi_count, 1);
	ipi_count = 0;
	__asm__ volatile("mov %0, %%cr8" : : "r"(5ul));
	check("CR8 is TPR", lapic_read(LAPIC_MODEL_TPR), 0x50);
	send_self(VECTOR_IPI);
	let_in();
	check("CR8 = 5 holds 0x51 back", ipi_count, 0);
	__asm__ volatile("mov %0, %%cr8" : : "r"(0ul));
	let_in();
	check("CR8 = 0 lets it in", ipi_count, 1);
}

static void through_lint0(void)
{
	lapic_write(LAPIC_MODEL_LVT_LINT0, MODE_EXTINT);
	pic_count = 0;
	pic_mask(0xfffe);
	pit_once(100);
	if (!wait_irr(0)) fail("the 8254's interrupt", "got none want IRR bit 0");
	let_in();
	check("the 8259A comes through LINT0", pic_count, 1);
	lapic_write(LAPIC_MODEL_LVT_LINT0, MODE_EXTINT | LVT_MASKED);
	pit_once(100);
	(void)wait_irr(0);
	let_in();
	check("not when LINT0 is masked", pic_count, 1);
	lapic_write(LAPIC_MODEL_LVT_LINT0, MODE_EXTINT);
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
