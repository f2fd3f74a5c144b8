/* SPDX-License-Identifier: MIT */
/* The machine "none": RAM, a UART, an interrupt controller and the debug ports, and no firmware.
 * For a kernel that brings all it needs, and as the example of a board: it is this file.
 *
 * port                device                 IRQ
 * 0x020, 0x0a0        8259A pair             INTR of the processor, which has no local APIC
 * 0x3f8               16550A, "com1"         4
 * 0x0e9, 0x402        debug consoles
 * 0x0f4               debug exit */
#include "devices/isa_ports/model.h"
#include "devices/pic_8259/model.h"
#include "devices/uart_16550/model.h"
#include "emu/array.h"
#include "harness/machine/board.h"

enum { UART_LINE = 4 };

struct none {
	struct pic_8259_model pic;
	struct uart_16550_model uart;
	struct isa_ports_model debug;
};

static struct none *none_of(const struct machine *m) { return m->board; }

/* ---- wires ---- */

static int intr_ack(void *ctx) { return pic_8259_model_ack(&none_of(ctx)->pic); }

static void irq(void *ctx, unsigned n, bool level)
{
	pic_8259_model_set_irq(&none_of(ctx)->pic, n, level);
}

/* Any line but the cascade's and the UART's is for devices that the user adds. */
static bool added_line(struct machine *m, unsigned n, struct irq *line)
{
	enum { N_LINES = 16, CASCADE = 2 };

	*line = (struct irq){ .set = irq, .ctx = m, .n = n };
	return n < N_LINES && n != CASCADE && n != UART_LINE;
}

/* ---- parts ---- */

static const char *make_pic(struct machine *m, const struct part *part)
{
	struct irq out = { .set = board_intr, .ctx = m };

	(void)part;
	pic_8259_model_init(&none_of(m)->pic, "pic", &m->hub, &m->clock, out);
	return NULL;
}

static const char *make_uart(struct machine *m, const struct part *part)
{
	struct uart_16550_model *uart = &none_of(m)->uart;
	struct irq line = { .set = irq, .ctx = m, .n = part->line };

	uart_16550_model_init(uart, "com1", &m->hub, &m->clock, line, board_serial_byte, m);
	/* A cable to a terminal that is on and ready. */
	uart_16550_model_modem_inputs(uart, true, true, false, true);
	m->ends.serial[0] = uart_16550_model_end(uart);
	return NULL;
}

static const char *make_debug(struct machine *m, const struct part *part)
{
	struct isa_ports_model_wiring wire = { .exit = board_guest_exit,
					       .debug = board_debug_byte,
					       .ctx = m };

	(void)part;
	isa_ports_model_init(&none_of(m)->debug, &m->hub, &m->clock, &wire);
	return NULL;
}

#define PART(member, what) .device = offsetof(struct none, member), .ops = &(what)
#define AT(at, n, first)   .space = BUS_PORT, .base = (at), .size = (n), .offset = (first)

static const struct part parts[] = {
	{ PART(pic.master, pic_8259_model_master_ops), AT(0x20, 2, 0), .init = make_pic },
	{ PART(pic.slave, pic_8259_model_slave_ops), AT(0xa0, 2, 0) },
	{ PART(pic.elcr, pic_8259_model_elcr_ops), AT(0x4d0, 2, 0) },
	{ PART(uart.dev, uart_16550_model_ops), AT(0x3f8, 8, 0), .init = make_uart,
	  .line = UART_LINE },
	{ PART(debug.dev, isa_ports_model_ops), AT(0xf4, 4, 0xf4), .init = make_debug },
	{ PART(debug.dev, isa_ports_model_ops), AT(0xe9, 1, 0xe9) },
	{ PART(debug.dev, isa_ports_model_ops), AT(0x402, 1, 0x402) },
};

static const struct machine_kind none = {
	.name = "none",
	.board_size = sizeof(struct none),
	.hole = UINT64_C(3) << 30,
	.parts = { { parts, ARRAY_SIZE(parts) } },
	.pins = { .intr_ack = intr_ack },
	.line = added_line,
};

const struct machine_kind *const machine_none = &none;
