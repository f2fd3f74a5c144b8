/* SPDX-License-Identifier: MIT */
/* The parts of a PC's board and the wires between them. */
#include "harness/machine/pc_board.h"
#include "devices/lapic/lints.h"
#include "devices/vga/picture.h"

enum { /* interrupt lines of an AT */
       IRQ_KEYBOARD = 1,
       IRQ_MOUSE = 12,
       IRQ_FERR = 13
};

enum { SPEAKER_CHANNEL = 2 };

static const char *const uart_name[PC_N_UARTS] = { "com1", "com2", "com3", "com4" };

/* ---- interrupt lines ---- */

void pc_drive_line(struct machine *m, unsigned n, enum pc_source source, bool level)
{
	struct pc *pc = pc_of(m);
	uint8_t bit = (uint8_t)(1u << source), *sources = &pc->s.line_sources[n];

	*sources = (uint8_t)(level ? *sources | bit : *sources & ~bit);
	pic_8259_model_set_irq(&pc->pic, n, *sources);
}

static void settle_isa_line(struct machine *m, unsigned n)
{
	const struct pc *pc = pc_of(m);
	bool level = (pc->s.isa_levels & ~pc->s.isa_cut) >> n & 1;

	pc_drive_line(m, n, PC_SOURCE_ISA, level);
	if (pc_kind_of(m)->isa_line) pc_kind_of(m)->isa_line(m, n, level);
}

static void isa_line(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;
	struct pc *pc = pc_of(m);
	unsigned bit = 1u << n;

	pc->s.isa_levels = (uint16_t)(level ? pc->s.isa_levels | bit : pc->s.isa_levels & ~bit);
	settle_isa_line(m, n);
}

struct irq pc_isa_line(struct machine *m, unsigned n)
{
	return (struct irq){ .set = isa_line, .ctx = m, .n = n };
}

static void added_line(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;

	pc_drive_line(m, n, PC_SOURCE_ADDED, level);
	if (pc_kind_of(m)->added_line) pc_kind_of(m)->added_line(m, n, level);
}

bool pc_added_line(struct machine *m, unsigned n, struct irq *irq)
{
	/* Timer, keyboard, cascade, RTC and FERR# are on no slot (PC AT). COM ports and mouse drive
	 * 3, 4 and 12. */
	enum { FREE = 0xcee0 };

	if (n >= PC_N_LINES || !(FREE >> n & 1)) return false;
	*irq = (struct irq){ .set = added_line, .ctx = m, .n = n };
	return true;
}

void pc_cut_isa_lines(struct machine *m, uint16_t lines)
{
	struct pc *pc = pc_of(m);
	unsigned changed = pc->s.isa_cut ^ lines;

	pc->s.isa_cut = lines;
	for (unsigned n = 0; n < PC_N_LINES; n++)
		if (changed >> n & 1) settle_isa_line(m, n);
}

/* ---- wires ---- */
/* COM1 and COM3 share a line (a wired OR), as do COM2 and COM4. The interrupt controllers get the
 * level of both together when it changes. */
static void uart_irq(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;
	struct pc *pc = pc_of(m);
	unsigned line = pc->serial[n].line;
	uint8_t bit = (uint8_t)(1u << n), together = pc->line_uarts[line];
	bool was = pc->s.uart_irqs & together;

	pc->s.uart_irqs = (uint8_t)(level ? pc->s.uart_irqs | bit : pc->s.uart_irqs & ~bit);
	bool now = pc->s.uart_irqs & together;
	if (now != was) isa_line(m, line, now);
}

static void uart_tx(void *ctx, uint8_t byte)
{
	const struct pc_serial *port = ctx;
	const struct machine_config *c = &port->machine->config;

	if (c->serial_tx) c->serial_tx(c->ctx, port->n, byte);
}

/* A20 is open if port 0x92 or the keyboard controller opens it. */
void pc_drive_a20(struct machine *m)
{
	const struct pc *pc = pc_of(m);

	m->processor.ops->set_a20(m->processor.ctx,
				  pc->s.kbc_a20 || isa_ports_model_a20(&pc->misc));
}

static void misc_a20(void *ctx, bool level)
{
	(void)level;
	pc_drive_a20(ctx);
}

static void kbc_a20(void *ctx, bool level)
{
	pc_of(ctx)->s.kbc_a20 = level;
	pc_drive_a20(ctx);
}

static void kbc_reset(void *ctx) { board_guest_reset(ctx, "keyboard controller"); }
static void lapic_init_request(void *ctx) { board_guest_reset(ctx, "local APIC (INIT)"); }

static void speaker_gate(void *ctx, bool level)
{
	pit_8254_model_set_gate(&pc_of(ctx)->pit, SPEAKER_CHANNEL, level);
}

static bool speaker_out(void *ctx) { return pit_8254_model_out(&pc_of(ctx)->pit, SPEAKER_CHANNEL); }

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

static int pic_ack(void *ctx) { return pic_8259_model_ack(&pc_of(ctx)->pic); }

static void lapic_moved(void *ctx, uint64_t base, bool enabled)
{
	struct machine *m = ctx;

	board_remap(m, BUS_MEMORY, &pc_of(m)->lapic.dev, base, LAPIC_MODEL_PAGE_SIZE, enabled,
		    &lapic_base_lints[LAPIC_BASE_LINT_OVERLAP]);
}

static uint64_t tsc_time(void *ctx, uint64_t tsc)
{
	const struct processor *p = &((struct machine *)ctx)->processor;
	return p->ops->tsc_time(p->ctx, tsc);
}

/* ---- the processor's pins ---- */

int pc_intr_ack(void *ctx) { return lapic_model_ack(&pc_of(ctx)->lapic); }

bool pc_msr_read(void *ctx, uint32_t msr, uint64_t *value)
{
	return lapic_model_msr_read(&pc_of(ctx)->lapic, msr, value);
}

bool pc_msr_write(void *ctx, uint32_t msr, uint64_t value)
{
	return lapic_model_msr_write(&pc_of(ctx)->lapic, msr, value);
}

void pc_tsc_written(void *ctx) { lapic_model_tsc_written(&pc_of(ctx)->lapic); }
uint8_t pc_cr8_read(void *ctx) { return lapic_model_cr8(&pc_of(ctx)->lapic); }
void pc_cr8_write(void *ctx, uint8_t value) { lapic_model_set_cr8(&pc_of(ctx)->lapic, value); }
void pc_pmc_overflow(void *ctx) { lapic_model_perf(&pc_of(ctx)->lapic); }

/* ---- parts ---- */

const char *pc_make_uart(struct machine *m, const struct part *part)
{
	struct pc *pc = pc_of(m);
	unsigned n = part->n;
	struct irq irq = { .set = uart_irq, .ctx = m, .n = n };

	pc->serial[n] = (struct pc_serial){ .machine = m, .n = n, .line = part->line };
	pc->line_uarts[part->line] |= (uint8_t)(1u << n);
	uart_16550_model_init(&pc->uart[n], uart_name[n], &m->hub, &m->clock, irq, uart_tx,
			      &pc->serial[n]);
	/* The inputs of a port with a cable to a terminal that is on and ready. */
	uart_16550_model_modem_inputs(&pc->uart[n], true, true, false, true);
	m->ends.serial[n] = uart_16550_model_end(&pc->uart[n]);
	return NULL;
}

/* The 8259A's output is connected to LINT0 and, if there is one, to the I/O APIC. */
static void pic_intr(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;

	(void)n;
	lapic_model_set_lint(&pc_of(m)->lapic, 0, level);
	if (pc_kind_of(m)->pic_intr) pc_kind_of(m)->pic_intr(m, level);
}

static void lapic_eoi(void *ctx, uint8_t vector)
{
	struct machine *m = ctx;

	if (pc_kind_of(m)->eoi) pc_kind_of(m)->eoi(m, vector);
}

const char *pc_make_interrupts(struct machine *m, const struct part *part)
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
		.phys_bits = PC_PHYSICAL_BITS,
		.has_tsc_deadline = p->ops->has_feature(p->ctx, "tsc-deadline"),
		.has_x2apic = p->ops->has_feature(p->ctx, "x2apic"),
	};
	struct irq intr = { .set = pic_intr, .ctx = m };

	(void)part;
	lapic_model_init(&pc_of(m)->lapic, "lapic", &m->hub, &m->clock, &wire);
	pic_8259_model_init(&pc_of(m)->pic, "pic", &m->hub, &m->clock, intr);
	return NULL;
}

const char *pc_make_pit(struct machine *m, const struct part *part)
{
	struct irq out[PIT_8254_MODEL_CHANNELS] = { [0] = pc_isa_line(m, part->line) };

	pit_8254_model_init(&pc_of(m)->pit, "pit", &m->hub, &m->clock, out);
	return NULL;
}

const char *pc_make_rtc(struct machine *m, const struct part *part)
{
	rtc_mc146818_model_init(&pc_of(m)->rtc, "rtc", &m->hub, &m->clock,
				pc_isa_line(m, part->line), m->config.rtc_epoch);
	return NULL;
}

const char *pc_make_misc(struct machine *m, const struct part *part)
{
	struct isa_ports_model_wiring wire = { .set_gate = speaker_gate,
					       .out2 = speaker_out,
					       .set_a20 = misc_a20,
					       .reset = board_guest_reset,
					       .exit = board_guest_exit,
					       .debug = board_debug_byte,
					       .ferr_irq = pc_isa_line(m, IRQ_FERR),
					       .ctx = m };

	(void)part;
	isa_ports_model_init(&pc_of(m)->misc, &m->hub, &m->clock, &wire);
	return NULL;
}

const char *pc_make_dma(struct machine *m, const struct part *part)
{
	(void)part;
	dma_8237_model_init(&pc_of(m)->dma, "dma", &m->hub);
	return NULL;
}

/* The keyboard, the mouse, and the controller that has their cables. */
const char *pc_make_keyboard(struct machine *m, const struct part *part)
{
	struct pc *pc = pc_of(m);
	struct ps2_controller_model_wiring wire = {
		.irq = { [PS2_CONTROLLER_MODEL_KEYBOARD] = pc_isa_line(m, IRQ_KEYBOARD),
			 [PS2_CONTROLLER_MODEL_AUX] = pc_isa_line(m, IRQ_MOUSE) },
		.a20 = kbc_a20,
		.reset = kbc_reset,
		.ctx = m,
		.port = { [PS2_CONTROLLER_MODEL_KEYBOARD] = &pc->keyboard.port,
			  [PS2_CONTROLLER_MODEL_AUX] = &pc->mouse.port }
	};

	(void)part;
	ps2_keyboard_model_init(&pc->keyboard, "keyboard", &m->hub, &m->clock);
	ps2_mouse_model_init(&pc->mouse, "mouse", &m->hub, &m->clock);
	ps2_controller_model_init(&pc->kbc, "kbc", &m->hub, &m->clock, &wire);
	m->ends.keyboard = ps2_keyboard_model_end(&pc->keyboard);
	m->ends.pointer = ps2_mouse_model_end(&pc->mouse);
	return NULL;
}

const char *pc_make_vga(struct machine *m, const struct part *part)
{
	const char *fault = vga_model_init(&pc_of(m)->vga, "vga", &m->hub, &m->clock, &m->mem);

	(void)part;
	if (fault) return fault;
	m->ends.display = vga_model_end(&pc_of(m)->vga);
	return NULL;
}

static void bios_stop(void *ctx)
{
	const struct processor *p = &((struct machine *)ctx)->processor;

	p->ops->request_stop(p->ctx);
}

const char *pc_make_bios(struct machine *m, const struct part *part)
{
	struct pc *pc = pc_of(m);
	struct bios_wiring wire = { .mem = &m->mem,
				    .bus = &m->bus,
				    .clock = &m->clock,
				    .vga = &pc->vga,
				    .rtc = &pc->rtc,
				    .kbc = &pc->kbc,
				    .pic = &pc->pic,
				    .firmware = &m->firmware };

	(void)part;
	bios_init(&pc->bios, &m->hub, &wire, bios_stop, m);
	m->ends.storage = bios_end(&pc->bios);
	pc->wires = (struct device){ .instance = "wires",
				     .state = &pc->s,
				     .state_size = sizeof(pc->s) };
	return NULL;
}
