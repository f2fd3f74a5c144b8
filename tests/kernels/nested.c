/* SPDX-License-Identifier: MIT */
/* Interrupts inside interrupt handlers: by IF, by the 8259A's priorities and by EOI. The sources
 * are IRQ 0 (8254), IRQ 4 (COM1, transmitter empty) and IRQ 8 (real-time clock, periodic). */
#include "k.h"

enum {
	TIMER = 0,
	SERIAL = 4,
	CLOCK = 8,
	COM1_IER = 0x3f9,
	COM1_IIR = 0x3fa,
	IER_THRE = 2,
	MAX = 16
};

static volatile unsigned order[MAX], n_order, depth, deepest;
static volatile bool open_inside;

static void pause_a_little(void)
{
	for (volatile unsigned i = 0; i < 2000; i++) {
	}
}

/* With open_inside: the first interrupt is the UART's; inside it comes the timer's, inside which
 * the UART asks again. */
static void ask_for_another(unsigned irq)
{
	if (irq == SERIAL) {
		pit_once(20);
		if (!wait_irr(TIMER)) fail("the timer fires", "got nothing want IRR bit 0");
	} else {
		outb(COM1_IER, IER_THRE);
	}
}

static void handle(unsigned irq)
{
	bool open = open_inside && n_order < 2;

	if (n_order < MAX) order[n_order++] = irq;
	depth++;
	if (depth > deepest) deepest = depth;
	if (irq == SERIAL) {
		(void)inb(COM1_IIR); /* takes the request back */
		outb(COM1_IER, 0);
	}
	if (open) {
		ask_for_another(irq);
		sti();
		pause_a_little();
		cli();
	}
	pic_eoi(irq);
	depth--;
}

static void on_timer(struct trap_frame *f)
{
	(void)f;
	handle(TIMER);
}

static void on_serial(struct trap_frame *f)
{
	(void)f;
	handle(SERIAL);
}

static void start(bool open)
{
	n_order = depth = deepest = 0;
	open_inside = open;
	serial_drain();
	pic_init();
	pic_mask((uint16_t) ~(1u << TIMER | 1u << SERIAL));
}

static void end(void)
{
	cli();
	outb(COM1_IER, 0);
	pit_stop();
	pic_mask(0xffff);
}

static void both_pending(void)
{
	start(false);
	pit_once(20);
	outb(COM1_IER, IER_THRE);
	if (!wait_irr(TIMER) || !wait_irr(SERIAL)) fail("both ask", "got %x want 0x11", pic_irr());
	sti();
	pause_a_little();
	end();
	check("two interrupts", n_order, 2);
	check("the higher priority is first", order[0], TIMER);
	check("the lower is second", order[1], SERIAL);
	check("neither is inside the other: IF is clear in a handler", deepest, 1);
	check("no interrupt in service", pic_isr(), 0);
}

static void higher_inside_lower(void)
{
	start(true);
	outb(COM1_IER, IER_THRE);
	if (!wait_irr(SERIAL)) fail("the UART asks", "got %x want 0x10", pic_irr());
	sti();
	pause_a_little();
	end();
	check("the lower priority is first, it was alone", order[0], SERIAL);
	check("the higher comes inside it", order[1], TIMER);
	check("two deep", deepest, 2);
	check("the lower's second request waits for both", n_order == 3 && order[2] == SERIAL,
	      true);
}

static volatile unsigned isr_seen, irr_seen, inner, before_eoi, after_eoi;

static void on_timer_blocking(struct trap_frame *f)
{
	(void)f;
	inner++;
	if (inner > 1) {
		pic_eoi(TIMER);
		return;
	}
	pit_once(20);
	(void)wait_irr(TIMER);
	outb(COM1_IER, IER_THRE);
	(void)wait_irr(SERIAL);
	isr_seen = pic_isr();
	irr_seen = pic_irr();
	sti();
	pause_a_little(); /* the same and a lower priority ask: both are held back until EOI */
	cli();
	before_eoi = inner + n_order;
	pic_eoi(TIMER);
	sti();
	pause_a_little();
	cli();
	after_eoi = inner + n_order;
}

static void held_back_until_eoi(void)
{
	start(false);
	inner = 0;
	trap_hook[IRQ_BASE + TIMER] = on_timer_blocking;
	pit_once(20);
	(void)wait_irr(TIMER);
	sti();
	pause_a_little();
	end();
	check("ISR in the handler", isr_seen, 1 << TIMER);
	check("IRR in the handler", irr_seen & (1 << TIMER | 1 << SERIAL),
	      1 << TIMER | 1 << SERIAL);
	check("nothing came before EOI", before_eoi, 1);
	check("the same and the lower came after it", after_eoi, 3);
	check("the timer's came twice", inner, 2);
	check("the UART's once", n_order, 1);
}

/* A request that goes away before the acknowledge is answered with IRQ 7's vector. */
static volatile unsigned spurious, spurious_isr;

static void on_irq7(struct trap_frame *f)
{
	(void)f;
	spurious++;
	spurious_isr = pic_isr();
}

FRAG(poll_acknowledge, "mov $0x0c, %al; out %al, $0x20", "in $0x20, %al", "");

static void no_request(void)
{
	start(false);
	trap_hook[IRQ_BASE + 7] = on_irq7;
	sti();
	pause_a_little();
	end();
	check("no request, no interrupt", n_order + spurious, 0);
	pit_once(20);
	(void)wait_irr(TIMER);
	pic_mask((uint16_t) ~(1u << TIMER));
	try_call(poll_acknowledge, 0);
	check("a poll acknowledges the timer", frag_ax & 0xff, 0x80 | TIMER);
	check("it is in service", pic_isr(), 1 << TIMER);
	pic_eoi(TIMER);
	check("and no longer after EOI", pic_isr(), 0);
	sti();
	pause_a_little();
	end();
	check("nor does the CPU see it", n_order + spurious, 0);
}

void kernel_main(void)
{
	trap_hook[IRQ_BASE + TIMER] = on_timer;
	trap_hook[IRQ_BASE + SERIAL] = on_serial;
	both_pending();
	higher_inside_lower();
	held_back_until_eoi();
	no_request();
}
