/* SPDX-License-Identifier: MIT */
/* The I/O APIC: which bits of its table can be written; interrupts of the 8254 and COM1 by edge and
 * by level, masked, and with EOI; NMI, and the 8259A on pin 0 (virtual wire). */
#include "apic.h"

enum {
	VECTOR = 0x45,
	OTHER_VECTOR = 0x56,
	COM1_THR = 0x3f8,
	COM1_IER = 0x3f9,
	COM1_IIR = 0x3fa,
	IER_THRE = 2,
	SVR_NO_BROADCAST = 1 << 12,
	NOBODY = 9
};

static volatile unsigned nmis, pic_interrupts;
static volatile bool keep_asserted;

static void on_nmi(struct trap_frame *f) { (void)f, nmis++; }

static void on_pic(struct trap_frame *f)
{
	(void)f;
	pic_interrupts++;
	pic_eoi(0);
}

/* The transmitter is empty and raises its interrupt, until IIR is read. */
static void com1_assert(void) { outb(COM1_IER, IER_THRE); }
static void com1_deassert(void)
{
	outb(COM1_IER, 0);
	(void)inb(COM1_IIR);
}

static void on_com1(struct trap_frame *f)
{
	came[f->vector]++;
	if (!keep_asserted || came[f->vector] > 3) com1_deassert();
	lapic_write(LAPIC_MODEL_EOI, 0);
}

static void pulse_timer(void)
{
	pit_once(100);
	let_pass(1);
}

static void registers(void)
{
	uint32_t version = ioapic_read(IOAPIC_VERSION), id = ioapic_read(IOAPIC_MODEL_ID);

	check_range("version", version & 0xff, 0x11, 0x20);
	check("highest entry", version >> 16 & 0xff, 23);
	ioapic_write(IOAPIC_MODEL_ID, 0x0f000000);
	check("the ID has four bits", ioapic_read(IOAPIC_MODEL_ID) & 0xff000000, 0x0f000000);
	ioapic_write(IOAPIC_MODEL_ID, id);
	for (unsigned pin = 0; pin < 24; pin++) {
		if (rte(pin) & RTE_MASKED) continue;
		print("pin %u: ", pin);
		check("firmware leaves it masked", rte(pin), RTE_MASKED);
		rte_low(pin, RTE_MASKED);
	}
	route(20, RTE_MASKED | RTE_LEVEL | 1 << 13 | LOGICAL | MODE_LOWEST | 0xa5, 0xc3);
	check("a low half reads as written", rte(20),
	      RTE_MASKED | RTE_LEVEL | 1 << 13 | LOGICAL | MODE_LOWEST | 0xa5);
	check("a high half reads as written", ioapic_read(IOAPIC_TABLE + 41), 0xc3000000);
	rte_low(20, RTE_MASKED | RTE_REMOTE_IRR | 1 << 12);
	check("the status bits are read-only", rte(20), RTE_MASKED);
	route(20, RTE_MASKED, 0);
	ioapic_page[0] = 0x15;
	check("the index reads as written", ioapic_page[0] & 0xff, 0x15);
}

static void by_edge(void)
{
	route(PIN_TIMER, VECTOR, 0);
	pulse_timer();
	check("the 8254 by pin 2", came[VECTOR], 1);
	check("by edge: TMR", lapic_vector(LAPIC_MODEL_TMR, VECTOR), 0);
	pulse_timer();
	check("and again", came[VECTOR], 2);
	rte_low(PIN_TIMER, RTE_MASKED | VECTOR);
	pulse_timer();
	check("not when masked", came[VECTOR], 2);
	rte_low(PIN_TIMER, VECTOR);
	let_pass(1);
	check("a masked edge is lost", came[VECTOR], 2);
	rte_low(PIN_TIMER, OTHER_VECTOR);
	pulse_timer();
	check("by another vector", came[OTHER_VECTOR], 1);
	check("and not the old", came[VECTOR], 2);
	pit_rate(1193);
	let_pass(10);
	pit_stop();
	check_range("a kilohertz for 10 ms", came[OTHER_VECTOR], 9, 12);
	rte_low(PIN_TIMER, RTE_MASKED);
	let_in();
	came[VECTOR] = came[OTHER_VECTOR] = 0;
}

static void destinations(void)
{
	route(PIN_TIMER, VECTOR, NOBODY);
	pulse_timer();
	check("to nobody", came[VECTOR], 0);
	rte_low(PIN_TIMER, RTE_MASKED);
	route(PIN_TIMER, VECTOR, 0xff);
	pulse_timer();
	check("to everybody", came[VECTOR], 1);
	rte_low(PIN_TIMER, RTE_MASKED);
	lapic_write(LAPIC_MODEL_LDR, 2u << DESTINATION);
	route(PIN_TIMER, LOGICAL | VECTOR, 4);
	pulse_timer();
	check("to another logical ID", came[VECTOR], 1);
	rte_low(PIN_TIMER, RTE_MASKED);
	route(PIN_TIMER, LOGICAL | MODE_LOWEST | VECTOR, 6);
	pulse_timer();
	check("to a set, lowest priority", came[VECTOR], 2);
	rte_low(PIN_TIMER, RTE_MASKED);
	nmis = 0;
	route(PIN_TIMER, MODE_NMI, 0);
	pulse_timer();
	check("as an NMI", nmis, 1);
	rte_low(PIN_TIMER, RTE_MASKED);
	came[VECTOR] = 0;
}

/* While COM1's interrupt is enabled, printing is not allowed, as it would cause interrupts. */
static void uart_by_edge(void)
{
	uint32_t entry;

	keep_asserted = true;
	route(PIN_COM1, VECTOR, 0);
	serial_drain();
	com1_assert();
	let_in();
	entry = rte(PIN_COM1);
	let_in();
	com1_deassert();
	rte_low(PIN_COM1, RTE_MASKED);
	check("COM1 by pin 4; while it stays asserted, one edge", came[VECTOR], 1);
	check("by edge there is no remote IRR", entry, VECTOR);
	came[VECTOR] = 0;
}

static void uart_by_level(void)
{
	uint32_t entry, tmr;
	unsigned when_masked;

	keep_asserted = true;
	route(PIN_COM1, RTE_LEVEL | VECTOR, 0);
	serial_drain();
	com1_assert();
	entry = rte(PIN_COM1);
	tmr = lapic_vector(LAPIC_MODEL_TMR, VECTOR);
	let_in();
	check("accepted: remote IRR", entry, RTE_REMOTE_IRR | RTE_LEVEL | VECTOR);
	check("by level: TMR", tmr, 1);
	check("asserted still, it comes again until it is not", came[VECTOR], 4);
	check("then remote IRR is clear", rte(PIN_COM1), RTE_LEVEL | VECTOR);

	keep_asserted = false;
	came[VECTOR] = 0;
	rte_low(PIN_COM1, RTE_MASKED | RTE_LEVEL | VECTOR);
	serial_drain();
	com1_assert();
	let_in();
	when_masked = came[VECTOR];
	rte_low(PIN_COM1, RTE_LEVEL | VECTOR);
	let_in();
	check("masked", when_masked, 0);
	check("a level waits behind the mask", came[VECTOR], 1);
	came[VECTOR] = 0;
}

/* The EOI register clears remote IRR too, so the level interrupts again. */
static void eoi_register(void)
{
	if ((ioapic_read(IOAPIC_VERSION) & 0xff) < 0x20) {
		skip("EOI register", "of a later version");
		return;
	}
	serial_drain();
	com1_assert();
	com1_deassert();
	check("pending", lapic_vector(LAPIC_MODEL_IRR, VECTOR), 1);
	check("remote IRR outlives the level", rte(PIN_COM1), RTE_REMOTE_IRR | RTE_LEVEL | VECTOR);
	ioapic_model_eoi(OTHER_VECTOR);
	check("the EOI of another vector", rte(PIN_COM1), RTE_REMOTE_IRR | RTE_LEVEL | VECTOR);
	ioapic_model_eoi(VECTOR);
	check("its own", rte(PIN_COM1), RTE_LEVEL | VECTOR);
	let_in();
	check("the pending one comes all the same", came[VECTOR], 1);
	rte_low(PIN_COM1, RTE_MASKED);
	came[VECTOR] = 0;
}

static void virtual_wire(void)
{
	lapic_write(LAPIC_MODEL_LVT_LINT0, LVT_MASKED | MODE_EXTINT);
	route(PIN_EXTINT, MODE_EXTINT, 0);
	pic_interrupts = 0;
	pic_mask(0xfffe);
	pit_once(100);
	if (!wait_irr(0)) fail("the 8254's interrupt", "got none want IRR bit 0");
	let_in();
	check("the 8259A by pin 0 as ExtINT", pic_interrupts, 1);
	pulse_timer();
	check("and again", pic_interrupts, 2);
	rte_low(PIN_EXTINT, RTE_MASKED | MODE_EXTINT);
	pulse_timer();
	check("not when masked", pic_interrupts, 2);
	pic_mask(0xffff);
	pit_stop();
}

void kernel_main(void)
{
	if (!apic_in_cpuid()) return;
	if (ioapic_read(IOAPIC_VERSION) == 0xffffffff) {
		skip("I/O APIC", "there is none");
		report(true, "nothing to test");
		return;
	}
	trap_hook[VECTOR] = on_com1;
	trap_hook[OTHER_VECTOR] = on_counted;
	trap_hook[NMI] = on_nmi;
	trap_hook[IRQ_BASE] = on_pic;
	lapic_start();
	registers();
	trap_hook[VECTOR] = on_counted;
	by_edge();
	destinations();
	uart_by_edge();
	trap_hook[VECTOR] = on_com1;
	uart_by_level();
	eoi_register();
	virtual_wire();
	check("spurious interrupts", came[SPURIOUS], 0);
}
