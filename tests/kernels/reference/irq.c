/* SPDX-License-Identifier: MIT */
#include "irq.h"

#include "bimetal/pic_8259.h"
#include "bimetal/pit_8254.h"
#include "interrupts.h"
#include "irq_apic.h"
#include "machine.h"

enum { FIRST_VECTOR = 0x20, SECOND_VECTOR = 0x28 };

struct irq irq;

static struct pic pic;
static struct pit pit;
static void (*served[IRQ_LINES])(void);

/* ---- what an interrupt does ---- */

static void end_of_interrupt(unsigned line)
{
	if (irq.without_eoi && line == IRQ_TIMER) return;
	if (irq.apic)
		irq_apic_end();
	else
		(void)!pic_end(&pic, line);
	irq.eois++;
}

static void on_tick(void)
{
	irq.ticks++;
	executor_tick(&kernel.executor, irq.ticks);
}

static void on_line(void *ctx, struct idt_context *context)
{
	const unsigned line = (unsigned)context->vector - FIRST_VECTOR;

	(void)ctx;
	if (!irq.apic && pic_begin(&pic, line) == PIC_SPURIOUS) {
		irq.spurious++;
		return;
	}
	if (served[line]) served[line]();
	end_of_interrupt(line);
}

static void on_spurious(void *ctx, struct idt_context *context)
{
	(void)ctx;
	(void)context;
	irq.spurious++;
}

/* ---- setting up ---- */

static bool init_pic(const char **why)
{
	const struct pic_config config = { .master_vector = FIRST_VECTOR,
					   .slave_vector = SECOND_VECTOR };

	*why = "no 8259A answers";
	return pic_init(&pic, io_port(0), kernel.wait, &config) == PIC_OK &&
	       pic_set_masks(&pic, UINT16_MAX) == PIC_OK;
}

bool irq_init(bool force_pic, const char **why)
{
	/* With an I/O APIC too, so that a spurious interrupt of the 8259A is no exception. */
	const bool has_pic = init_pic(why);

	for (unsigned line = 0; line < IRQ_LINES; line++)
		interrupts_handle(FIRST_VECTOR + line, on_line);
	interrupts_handle(IRQ_APIC_SPURIOUS, on_spurious);
	if (!force_pic) irq.apic = irq_apic_init(&irq.pins);
	return irq.apic || has_pic;
}

bool irq_serve(unsigned line, void (*fn)(void))
{
	served[line] = fn;
	if (irq.apic) return irq_apic_route(line, (uint8_t)(FIRST_VECTOR + line));
	return pic_unmask(&pic, line) == PIC_OK;
}

bool irq_start_timer(const char **why)
{
	if (irq.apic) {
		served[IRQ_TIMER] = on_tick;
		*why = "the local APIC's timer does not count";
		return irq_apic_start_timer(FIRST_VECTOR + IRQ_TIMER, TICKS_PER_SECOND,
					    &irq.timer_hz);
	}
	*why = "no timer: neither an 8254 nor a local APIC with an I/O APIC answers";
	irq.timer_hz = PIT_HZ;
	return pit_init(&pit, io_port(0), kernel.wait) == PIT_OK &&
	       pit_set_rate(&pit, 0, TICKS_PER_SECOND) == PIT_OK && irq_serve(IRQ_TIMER, on_tick);
}
