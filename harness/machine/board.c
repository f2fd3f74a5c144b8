/* SPDX-License-Identifier: MIT */
#include "harness/machine/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/vga/modes.h"
#include "emu/array.h"
#include "harness/firmware/bios/state.h"
#include "harness/machine/machine.h"

enum { /* interrupt lines of an AT */
       IRQ_TIMER = 0,
       IRQ_KEYBOARD = 1,
       IRQ_COM2 = 3,
       IRQ_COM1 = 4,
       IRQ_RTC = 8,
       IRQ_MOUSE = 12,
       IRQ_FERR = 13
};

enum { SPEAKER_CHANNEL = 2, FIRST_DEVICES = 64 };

static const char *const uart_name[MACHINE_N_UARTS] = { "com1", "com2", "com3", "com4" };
enum { COM1_COM3 = 1 << 0 | 1 << 2, COM2_COM4 = 1 << 1 | 1 << 3 };

/* ---- interrupt lines ---- */

void board_drive_line(struct machine *m, unsigned n, enum board_source source, bool level)
{
	uint8_t bit = (uint8_t)(1u << source), *sources = &m->s.line_sources[n];

	*sources = (uint8_t)(level ? *sources | bit : *sources & ~bit);
	pic_8259_model_set_irq(&m->pic, n, *sources);
}

static void settle_isa_line(struct machine *m, unsigned n)
{
	bool level = (m->s.isa_levels & ~m->s.isa_cut) >> n & 1;

	board_drive_line(m, n, BOARD_ISA, level);
	if (m->kind->isa_line) m->kind->isa_line(m, n, level);
}

static void isa_line(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;
	unsigned bit = 1u << n;

	m->s.isa_levels = (uint16_t)(level ? m->s.isa_levels | bit : m->s.isa_levels & ~bit);
	settle_isa_line(m, n);
}

struct irq board_isa_line(struct machine *m, unsigned n)
{
	return (struct irq){ .set = isa_line, .ctx = m, .n = n };
}

void board_cut_isa_lines(struct machine *m, uint16_t lines)
{
	unsigned changed = m->s.isa_cut ^ lines;

	m->s.isa_cut = lines;
	for (unsigned n = 0; n < MACHINE_N_LINES; n++)
		if (changed >> n & 1) settle_isa_line(m, n);
}

/* ---- wires ---- */
/* COM1 and COM3 share a line (a wired OR), as do COM2 and COM4. A UART reports its level at each
 * access; the interrupt controllers get it only when it changes. */
static void uart_irq(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;
	uint8_t bit = (uint8_t)(1u << n);
	bool first = bit & COM1_COM3;
	uint8_t together = first ? COM1_COM3 : COM2_COM4;
	bool was = m->s.uart_irqs & together;

	m->s.uart_irqs = (uint8_t)(level ? m->s.uart_irqs | bit : m->s.uart_irqs & ~bit);
	bool now = m->s.uart_irqs & together;
	if (now != was) isa_line(m, first ? IRQ_COM1 : IRQ_COM2, now);
}

static void uart_tx(void *ctx, uint8_t byte)
{
	const struct machine_serial *port = ctx;
	const struct machine_config *c = &port->machine->config;

	if (c->serial_tx) c->serial_tx(c->ctx, port->n, byte);
}

/* A20 is open if port 0x92 or the keyboard controller opens it. */
static void drive_a20(struct machine *m)
{
	m->processor.ops->set_a20(m->processor.ctx, m->s.kbc_a20 || isa_ports_model_a20(&m->misc));
}

static void misc_a20(void *ctx, bool level)
{
	(void)level;
	drive_a20(ctx);
}

static void kbc_a20(void *ctx, bool level)
{
	struct machine *m = ctx;
	m->s.kbc_a20 = level;
	drive_a20(m);
}

/* Only the first event of a block of instructions counts. */
bool board_begin_event(struct machine *m, enum machine_event event)
{
	m->processor.ops->request_stop(m->processor.ctx);
	if (m->s.event != MACHINE_RUNNING) return false;
	m->s.event = event;
	return true;
}

void board_guest_reset(void *ctx, const char *source)
{
	struct machine *m = ctx;
	if (!board_begin_event(m, MACHINE_RESET)) return;
	m->s.reset_source = source;
	m->s.resets++;
}

static void kbc_reset(void *ctx) { board_guest_reset(ctx, "keyboard controller"); }
static void lapic_init_request(void *ctx) { board_guest_reset(ctx, "local APIC (INIT)"); }

static void guest_exit(void *ctx, uint32_t value)
{
	struct machine *m = ctx;
	if (board_begin_event(m, MACHINE_DEBUG_EXIT)) m->s.exit_value = value;
}

static void debug_byte(void *ctx, uint8_t byte)
{
	const struct machine *m = ctx;
	if (m->config.debug_tx) m->config.debug_tx(m->config.ctx, byte);
}

static void speaker_gate(void *ctx, bool level)
{
	pit_8254_model_set_gate(&((struct machine *)ctx)->pit, SPEAKER_CHANNEL, level);
}

static bool speaker_out(void *ctx)
{
	return pit_8254_model_out(&((struct machine *)ctx)->pit, SPEAKER_CHANNEL);
}

static void cpu_intr(void *ctx, unsigned n, bool level)
{
	const struct processor *p = &((struct machine *)ctx)->processor;

	(void)n;
	p->ops->set_intr(p->ctx, level);
}

static void cpu_nmi(void *ctx)
{
	const struct processor *p = &((struct machine *)ctx)->processor;
	p->ops->set_nmi(p->ctx);
}

static int pic_ack(void *ctx) { return pic_8259_model_ack(&((struct machine *)ctx)->pic); }

static void lapic_moved(void *ctx, uint64_t base, bool enabled)
{
	struct machine *m = ctx;

	board_remap(m, BUS_MEMORY, &m->lapic.dev, base, LAPIC_MODEL_PAGE_SIZE, enabled,
		    "SDM Vol. 3A 10.4.5");
}

static uint64_t tsc_time(void *ctx, uint64_t tsc)
{
	const struct processor *p = &((struct machine *)ctx)->processor;
	return p->ops->tsc_time(p->ctx, tsc);
}

/* ---- devices ---- */

void board_add_device(struct machine *m, struct device *dev)
{
	if (m->n_devices == m->devices_room) {
		size_t room = m->devices_room ? 2 * m->devices_room : FIRST_DEVICES;
		struct device **more = realloc((void *)m->device, room * sizeof(struct device *));
		if (!more) {
			m->wiring_fault = "out of host memory";
			return;
		}
		m->device = more;
		m->devices_room = room;
	}
	m->device[m->n_devices++] = dev;
}

static void make_uarts(struct machine *m)
{
	for (unsigned i = 0; i < MACHINE_N_UARTS; i++) {
		struct irq irq = { .set = uart_irq, .ctx = m, .n = i };
		m->serial[i] = (struct machine_serial){ .machine = m, .n = i };
		uart_16550_model_init(&m->uart[i], uart_name[i], &m->hub, &m->clock, irq, uart_tx,
				      &m->serial[i]);
		/* The inputs of a port with a cable to a terminal that is on and ready. */
		uart_16550_model_modem_inputs(&m->uart[i], true, true, false, true);
		board_add_device(m, &m->uart[i].dev);
	}
}

/* The 8259A's output is connected to LINT0 and, if there is one, to the I/O APIC. */
static void pic_intr(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;

	(void)n;
	lapic_model_set_lint(&m->lapic, 0, level);
	if (m->kind->pic_intr) m->kind->pic_intr(m, level);
}

static void lapic_eoi(void *ctx, uint8_t vector)
{
	struct machine *m = ctx;

	if (m->kind->eoi) m->kind->eoi(m, vector);
}

static void make_interrupts(struct machine *m)
{
	const struct processor *p = &m->processor;
	struct lapic_model_wiring wire = {
		.intr = { .set = cpu_intr, .ctx = m },
		.nmi = cpu_nmi,
		.ext_ack = pic_ack,
		.init = lapic_init_request,
		.eoi = lapic_eoi,
		.moved = lapic_moved,
		.tsc_time = tsc_time,
		.ctx = m,
		.phys_bits = BOARD_PHYSICAL_BITS,
		.has_tsc_deadline = p->ops->has_feature(p->ctx, "tsc-deadline"),
		.has_x2apic = p->ops->has_feature(p->ctx, "x2apic"),
	};
	struct irq intr = { .set = pic_intr, .ctx = m };

	lapic_model_init(&m->lapic, "lapic", &m->hub, &m->clock, &wire);
	pic_8259_model_init(&m->pic, "pic", &m->hub, &m->clock, intr);
	board_add_device(m, &m->lapic.dev);
	board_add_device(m, &m->pic.master);
	board_add_device(m, &m->pic.slave);
	board_add_device(m, &m->pic.elcr);
}

static void make_board(struct machine *m)
{
	struct irq out[PIT_8254_MODEL_CHANNELS] = { [0] = board_isa_line(m, IRQ_TIMER) };
	struct isa_ports_model_wiring wire = { .set_gate = speaker_gate,
					       .out2 = speaker_out,
					       .set_a20 = misc_a20,
					       .reset = board_guest_reset,
					       .exit = guest_exit,
					       .debug = debug_byte,
					       .ferr_irq = board_isa_line(m, IRQ_FERR),
					       .ctx = m };

	pit_8254_model_init(&m->pit, "pit", &m->hub, &m->clock, out);
	rtc_mc146818_model_init(&m->rtc, "rtc", &m->hub, &m->clock, board_isa_line(m, IRQ_RTC),
				m->config.rtc_epoch);
	isa_ports_model_init(&m->misc, &m->hub, &m->clock, &wire);
	dma_8237_model_init(&m->dma, "dma", &m->hub);
	board_add_device(m, &m->pit.dev);
	board_add_device(m, &m->rtc.dev);
	board_add_device(m, &m->misc.dev);
	board_add_device(m, &m->dma.chip1);
	board_add_device(m, &m->dma.chip2);
	board_add_device(m, &m->dma.page);
}

static void make_keyboard(struct machine *m)
{
	struct ps2_controller_model_wiring wire = {
		.irq = { [PS2_CONTROLLER_MODEL_KEYBOARD] = board_isa_line(m, IRQ_KEYBOARD),
			 [PS2_CONTROLLER_MODEL_AUX] = board_isa_line(m, IRQ_MOUSE) },
		.a20 = kbc_a20,
		.reset = kbc_reset,
		.ctx = m,
		.port = { [PS2_CONTROLLER_MODEL_KEYBOARD] = &m->keyboard.port,
			  [PS2_CONTROLLER_MODEL_AUX] = &m->mouse.port }
	};

	ps2_keyboard_model_init(&m->keyboard, "keyboard", &m->hub, &m->clock);
	ps2_mouse_model_init(&m->mouse, "mouse", &m->hub, &m->clock);
	ps2_controller_model_init(&m->kbc, "kbc", &m->hub, &m->clock, &wire);
	board_add_device(m, &m->keyboard.dev);
	board_add_device(m, &m->mouse.dev);
	board_add_device(m, &m->kbc.dev);
}

static void make_screen(struct machine *m)
{
	vga_model_init(&m->vga, "vga", &m->hub, &m->clock);
	board_add_device(m, &m->vga.dev);
}

static void bios_stop(void *ctx)
{
	const struct processor *p = &((struct machine *)ctx)->processor;
	p->ops->request_stop(p->ctx);
}

static void make_bios(struct machine *m)
{
	struct bios_wiring wire = { .mem = &m->mem,
				    .bus = &m->bus,
				    .clock = &m->clock,
				    .vga = &m->vga,
				    .rtc = &m->rtc,
				    .kbc = &m->kbc,
				    .pic = &m->pic,
				    .firmware = &m->firmware };

	bios_init(&m->bios, &m->hub, &wire, bios_stop, m);
	board_add_device(m, &m->bios.dev);
}

/* ---- the whole board ---- */

const char *board_build(struct machine *m)
{
	make_interrupts(m);
	make_uarts(m);
	make_board(m);
	make_keyboard(m);
	make_screen(m);
	make_bios(m);
	return board_map(m);
}

/* ---- reset, and the state that a BIOS sets after it ---- */

struct programming {
	uint8_t offset, value;
};

static void program(struct device *dev, const struct programming *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++) device_write(dev, p[i].offset, 8, p[i].value, NULL, NULL);
}

#define PROGRAM(dev, list) program(dev, list, ARRAY_SIZE(list))

static void program_pic(struct machine *m)
{
	/* ICW1..ICW4, then OCW1: all lines masked. */
	static const struct programming master[] = {
		{ 0, 0x11 }, { 1, 0x08 }, { 1, 0x04 }, { 1, 0x01 }, { 1, 0xff }
	};
	static const struct programming slave[] = {
		{ 0, 0x11 }, { 1, 0x70 }, { 1, 0x02 }, { 1, 0x01 }, { 1, 0xff }
	};

	PROGRAM(&m->pic.master, master);
	PROGRAM(&m->pic.slave, slave);
}

static void program_pit(struct machine *m)
{
	/* Counter 0: mode 3, 65536; counter 1: mode 2, 18, the refresh that port 0x61 shows. */
	static const struct programming pit[] = {
		{ 3, 0x36 }, { 0, 0x00 }, { 0, 0x00 }, { 3, 0x54 }, { 1, 0x12 }
	};

	PROGRAM(&m->pit.dev, pit);
}

static void program_uarts(struct machine *m)
{
	/* DLAB, divisor 12 (9600 baud), 8 data bits, no parity, 1 stop bit. */
	static const struct programming uart[] = { { 3, 0x83 }, { 0, 12 }, { 1, 0 }, { 3, 0x03 } };

	for (unsigned i = 0; i < MACHINE_N_UARTS; i++) PROGRAM(&m->uart[i].dev, uart);
}

/* Only port 0x92 opens A20, so that a program can close it there. */
static void leave_keyboard(struct machine *m)
{
	ps2_keyboard_model_bios_state(&m->keyboard);
	ps2_mouse_model_bios_state(&m->mouse);
	ps2_controller_model_bios_state(&m->kbc);
	m->kbc.s.inner[PS2_CONTROLLER_MODEL_OUTPUT_PORT] &= ~(uint64_t)PS2_CONTROLLER_MODEL_OUT_A20;
	m->s.kbc_a20 = false;
	drive_a20(m);
}

static void reset_devices(struct machine *m)
{
	pic_8259_model_reset(&m->pic);
	pit_8254_model_reset(&m->pit);
	rtc_mc146818_model_reset(&m->rtc);
	for (unsigned i = 0; i < MACHINE_N_UARTS; i++) uart_16550_model_reset(&m->uart[i]);
	isa_ports_model_reset(&m->misc);
	vga_model_reset(&m->vga);
	lapic_model_reset(&m->lapic);
	dma_8237_model_reset(&m->dma);
}

void board_reset(struct machine *m)
{
	reset_devices(m);
	program_pic(m);
	program_pit(m);
	program_uarts(m);
	dma_8237_model_bios_state(&m->dma);
	leave_keyboard(m);
	vga_model_set_text_mode(&m->vga);
	lapic_model_virtual_wire(&m->lapic);
	bios_lay_memory(&m->mem);
	bios_lay_cmos(&m->rtc, &m->mem);
	bios_reset(&m->bios);
}

void board_settle(struct machine *m)
{
	lapic_moved(m, m->lapic.s.base_msr & ~(uint64_t)(LAPIC_MODEL_PAGE_SIZE - 1),
		    lapic_model_mapped(&m->lapic));
}

/* ---- errors ---- */

void board_error_add(struct machine *m, const char *name)
{
	size_t used = strlen(m->error);

	snprintf(m->error + used, sizeof(m->error) - used, " %s", name);
}
