/* SPDX-License-Identifier: MIT */
/* The machine "pc": the board with the Q35 and ICH9 (pc_addresses.h). */

#include <stdio.h>
#include <string.h>

#include "emu/array.h"
#include "harness/firmware/acpi/tables.h"
#include "harness/machine/pc_addresses.h"
#include "harness/machine/pc_board.h"
#include "harness/machine/pc_firmware.h"

enum { /* lines and pins */
       LINE_TIMER = 0,
       LINE_CASCADE = 2,
       LINE_RTC = 8,
       PIN_EXTINT = 0, /* the 8259A's output */
       PIN_TIMER = 2,  /* line 0 */
       PIN_PIRQA = 16,
       MIB_SHIFT = 20
};

/* ---- interrupt wires ---- */

/* Sources are ORed on the I/O APIC's pins as on the 8259A's inputs. Pins below 16 get both. */
static void drive_pin(struct machine *m, unsigned pin, enum pc_source source, bool level)
{
	uint8_t bit = (uint8_t)(1u << source), *sources = &pc_of(m)->s.pin_sources[pin];

	*sources = (uint8_t)(level ? *sources | bit : *sources & ~bit);
	ioapic_model_set_irq(&pc_of(m)->ioapic, pin, *sources);
}

static void isa_line(struct machine *m, unsigned n, bool level)
{
	if (n == LINE_RTC) acpi_pm_model_rtc_alarm(&pc_of(m)->pm, 0, level);
	if (n != LINE_CASCADE) drive_pin(m, n == LINE_TIMER ? PIN_TIMER : n, PC_SOURCE_ISA, level);
}

static void pic_intr(struct machine *m, bool level)
{
	drive_pin(m, PIN_EXTINT, PC_SOURCE_ISA, level);
}

static void drive_both(struct machine *m, unsigned pin, enum pc_source source, bool level)
{
	drive_pin(m, pin, source, level);
	if (pin == PIN_TIMER) pc_drive_line(m, LINE_TIMER, source, level);
	if (pin < PC_N_LINES && pin > PIN_TIMER) pc_drive_line(m, pin, source, level);
}

static void hpet_pin(void *ctx, unsigned pin, bool level)
{
	drive_both(ctx, pin, PC_SOURCE_HPET, level);
}

/* In legacy replacement mode the HPET drives the lines of 8254 and RTC. */
static void hpet_legacy_changed(void *ctx, bool on)
{
	pc_cut_isa_lines(ctx, on ? 1 << LINE_TIMER | 1 << LINE_RTC : 0);
}

static void sci(void *ctx, unsigned n, bool level)
{
	struct pc *pc = pc_of(ctx);

	(void)n;
	pc->s.sci_level = level;
	drive_both(ctx, pc->s.sci_irq, PC_SOURCE_SCI, level);
}

static void sci_routed(void *ctx, unsigned irq)
{
	struct pc *pc = pc_of(ctx);

	if (irq == pc->s.sci_irq) return;
	drive_both(ctx, pc->s.sci_irq, PC_SOURCE_SCI, false);
	pc->s.sci_irq = (uint8_t)irq;
	drive_both(ctx, irq, PC_SOURCE_SCI, pc->s.sci_level);
}

static void pirq_pin(void *ctx, unsigned pin, bool level)
{
	drive_pin(ctx, pin, PC_SOURCE_PIRQ, level);
}

static void pirq_line(void *ctx, unsigned n, bool level)
{
	pc_drive_line(ctx, n, PC_SOURCE_PIRQ, level);
}

static void intx(void *ctx, unsigned device, unsigned pin, bool asserted)
{
	pirq_router_model_intx(&pc_of(ctx)->pirq, device, pin, asserted);
}

/* ---- messages ---- */

static bool send_message(void *ctx, const struct apic_message *message)
{
	return lapic_model_message(&pc_of(ctx)->lapic, message);
}

static bool send_msi(void *ctx, uint64_t addr, uint32_t data)
{
	struct apic_message message;

	return apic_message_of_msi(addr, data, &message) && send_message(ctx, &message);
}

static void hpet_message(void *ctx, uint32_t addr, uint32_t data)
{
	(void)send_msi(ctx, addr, data);
}
static void eoi(struct machine *m, uint8_t vector) { ioapic_model_eoi(&pc_of(m)->ioapic, vector); }

/* ---- power ---- */

static void power_off(void *ctx) { (void)board_begin_event(ctx, MACHINE_POWEROFF); }

static void smi(void *ctx, uint8_t command)
{
	struct machine *m = ctx;

	if (command == acpi_config_pc.acpi_enable) acpi_pm_model_set_sci_en(&pc_of(m)->pm, true);
	if (command == acpi_config_pc.acpi_disable) acpi_pm_model_set_sci_en(&pc_of(m)->pm, false);
}

/* ---- devices that chipset registers move ---- */

static void pm_moved(void *ctx, uint16_t base, bool enabled)
{
	struct machine *m = ctx;
	board_remap(m, BUS_PORT, &pc_of(m)->pm.dev, base, ACPI_PM_MODEL_SIZE, enabled,
		    &base_lints[BASE_LINT_OVERLAP]);
}

static void hpet_moved(void *ctx, uint64_t base, bool enabled)
{
	struct machine *m = ctx;
	board_remap(m, BUS_MEMORY, &pc_of(m)->hpet.dev, base, HPET_SIZE, enabled,
		    &base_lints[BASE_LINT_OVERLAP]);
}

static void ioapic_enabled(void *ctx, bool enabled)
{
	struct machine *m = ctx;
	board_remap(m, BUS_MEMORY, &pc_of(m)->ioapic.dev, IOAPIC_MODEL_BASE, IOAPIC_MODEL_SIZE,
		    enabled, &base_lints[BASE_LINT_OVERLAP]);
}

/* ---- parts ---- */

static const char *make_interrupts(struct machine *m, const struct part *part)
{
	struct pc *pc = pc_of(m);
	struct ioapic_model_wiring ioapic = { .send = send_message,
					      .ctx = m,
					      .active_low = UINT32_C(0xff) << PIN_PIRQA };
	struct pirq_router_model_wiring pirq = { 0 };

	(void)part;
	for (unsigned i = 0; i < PIRQ_N; i++)
		pirq.ioapic_pin[i] = (struct irq){ .set = pirq_pin, .ctx = m, .n = PIN_PIRQA + i };
	for (unsigned i = 0; i < PIRQ_N_ISA; i++)
		pirq.isa[i] = (struct irq){ .set = pirq_line, .ctx = m, .n = i };
	ioapic_model_init(&pc->ioapic, "ioapic", &m->hub, &ioapic);
	pirq_router_model_init(&pc->pirq, &pirq);
	pc->pirq_state = (struct device){ .instance = "pirq",
					  .state = &pc->pirq.s,
					  .state_size = sizeof(pc->pirq.s) };
	return NULL;
}

static const char *make_timers(struct machine *m, const struct part *part)
{
	struct pc *pc = pc_of(m);
	struct hpet_model_wiring hpet = { .legacy = hpet_legacy_changed,
					  .message = hpet_message,
					  .ctx = m };
	struct acpi_pm_model_wiring pm = {
		.sci = { .set = sci, .ctx = m }, .power_off = power_off, .smi = smi, .ctx = m
	};

	(void)part;
	for (unsigned i = 0; i < HPET_MODEL_N_PINS; i++)
		hpet.pin[i] = (struct irq){ .set = hpet_pin, .ctx = m, .n = i };
	hpet_model_init(&pc->hpet, "hpet", &m->hub, &m->clock, &hpet);
	acpi_pm_model_init(&pc->pm, "pm", &m->hub, &m->clock, &pm);
	fw_cfg_model_init(&pc->fw_cfg, "fw_cfg", &m->hub, &m->clock, &m->mem, m->config.memory, 1);
	return NULL;
}

static const char *make_pci(struct machine *m, const struct part *part)
{
	struct pc *pc = pc_of(m);
	struct pci_model_host_wiring wire = {
		.bus = &m->bus,
		.mem = &m->mem,
		.reset_port = &pc->misc.rst,
		.memory = { { 0xa0000, 0x20000 },
			    { PC_PCI_MEMORY_BASE, PC_PCI_MEMORY_END - PC_PCI_MEMORY_BASE } },
		.port = { { 0, PCI_MODEL_HOST_PORT_BASE },
			  { PC_PCI_PORT_BASE, PC_PCI_PORT_END - PC_PCI_PORT_BASE } },
		.message = send_msi,
		.intx = intx,
		.ctx = m
	};
	struct ich9_lpc_model_wiring lpc = { .router = &pc->pirq,
					     .pm_moved = pm_moved,
					     .sci_routed = sci_routed,
					     .hpet_moved = hpet_moved,
					     .ioapic_enabled = ioapic_enabled,
					     .ctx = m };
	const char *fault;

	(void)part;
	pci_model_host_init(&pc->pci, "pci", &m->hub, &wire);
	fault = q35_host_model_init(&pc->q35, "mch", &m->hub, &pc->pci);
	if (!fault) fault = ich9_lpc_model_init(&pc->lpc, "lpc", &m->hub, &pc->pci, &lpc);
	if (!fault) fault = pci_model_host_map(&pc->pci);
	pc->bios.wire.pci = true;
	return fault;
}

/* Registers of the chipset place those without an address. The host bridge is last: it maps what
 * the others have settled. */
static const struct part parts[] = {
	{ PC_PART(ioapic.dev, ioapic_model_ops), PC_MEMORY(IOAPIC_MODEL_BASE, IOAPIC_MODEL_SIZE),
	  .self_placed = true, .init = make_interrupts },
	{ PC_STATE(pirq_state) },
	{ PC_PART(fw_cfg.dev, fw_cfg_model_ops), PC_PORTS(FW_CFG_MODEL_BASE, FW_CFG_MODEL_PORTS, 0),
	  .init = make_timers },
	{ PC_PART(hpet.dev, hpet_model_ops), PC_MEMORY(0xfed00000, HPET_SIZE),
	  .self_placed = true },
	{ PC_PART(pm.dev, acpi_pm_model_ops), PC_PORTS(PC_PMBASE, ACPI_PM_MODEL_SIZE, 0),
	  .self_placed = true },
	{ PC_PART(pm.apm, acpi_pm_model_apm_ops), PC_PORTS(ACPI_APM_BASE, ACPI_APM_SIZE, 0) },
	{ PC_PART(q35.fn.dev, q35_host_model_ops), .init = make_pci },
	{ PC_PART(lpc.fn.dev, ich9_lpc_model_ops) },
	{ PC_PART(lpc.rcrb, ich9_lpc_model_rcrb_ops), PC_MEMORY(PC_RCBA, ICH9_RCRB_SIZE),
	  .self_placed = true },
	{ PC_PART(pci.dev, pci_model_host_ops), PC_PORTS(PCI_MODEL_HOST_PORT_BASE, 8, 0),
	  .self_placed = true },
	{ PC_PART(pci.ecam, pci_model_ecam_ops), PC_MEMORY(PC_ECAM_BASE, PC_ECAM_SIZE),
	  .self_placed = true },
};

/* ---- devices of --device ---- */

static void testdev_line(void *ctx, unsigned n, bool level)
{
	if (n != LINE_CASCADE)
		drive_both(ctx, n == LINE_TIMER ? PIN_TIMER : n, PC_SOURCE_TESTDEV, level);
}

static const struct part testdev_parts[] = {
	{ PC_PART(testdev.dev, pc_testdev_model_port_ops),
	  PC_PORTS(PC_TESTDEV_MODEL_BASE, PC_TESTDEV_MODEL_PORTS, 0) },
	{ PC_PART(testdev.lines, pc_testdev_model_line_ops),
	  PC_PORTS(PC_TESTDEV_MODEL_LINES_BASE, PC_TESTDEV_MODEL_N_LINES, 0) },
	{ PC_PART(testdev.memory, pc_testdev_model_memory_ops),
	  PC_MEMORY(PC_TESTDEV_MODEL_MEMORY_BASE, PC_TESTDEV_MODEL_MEMORY_SIZE) },
};

/* This is not a PCI function, so it uses no slot. */
static const char *plug_pc_testdev(struct machine *m, unsigned slot, uint64_t size)
{
	struct pc *pc = pc_of(m);

	(void)slot;
	(void)size;
	if (pc->has_testdev) return "the machine takes only one";
	pc->has_testdev = true;
	pc_testdev_model_init(&pc->testdev, &m->hub, testdev_line, m);
	return board_make_parts(m, testdev_parts, ARRAY_SIZE(testdev_parts));
}

/* The function extends the board's VGA. BARs place all but the ports. */
static const struct part display_parts[] = {
	{ PC_PART(display.fn.dev, bochs_display_model_config_ops) },
	{ PC_PART(display.ports, bochs_display_model_port_ops),
	  PC_PORTS(BOCHS_DISPLAY_MODEL_PORT_BASE, BOCHS_DISPLAY_MODEL_PORTS_SIZE, 0) },
	{ PC_PART(display.registers, bochs_display_model_registers_ops) },
	{ PC_PART(display.framebuffer, bochs_display_model_framebuffer_ops) },
	{ PC_PART(display.banks, bochs_display_model_banks_ops) },
};

static const char *plug_vga(struct machine *m, unsigned slot, uint64_t size)
{
	struct pc *pc = pc_of(m);
	const char *fault;

	if (pc->has_display) return "the machine takes only one";
	pc->has_display = true;
	fault = bochs_display_model_init(&pc->display, "display", &m->hub, &pc->pci, slot, &pc->vga,
					 (unsigned)(size >> MIB_SHIFT));
	if (fault) return fault;
	m->ends.display = bochs_display_model_end(&pc->display);
	m->ends.framebuffer = bochs_display_model_framebuffer_end(&pc->display);
	pc->bios.wire.display = &pc->display;
	return board_make_parts(m, display_parts, ARRAY_SIZE(display_parts));
}

static const struct machine_card_size display_size = {
	.key = "memory",
	.min = (uint64_t)BOCHS_DISPLAY_MODEL_MIN_MIB << MIB_SHIFT,
	.max = (uint64_t)BOCHS_DISPLAY_MODEL_MAX_MIB << MIB_SHIFT,
	.normal = (uint64_t)BOCHS_DISPLAY_MODEL_DEFAULT_MIB << MIB_SHIFT,
};

static const struct machine_card cards[] = {
	{ .name = "pc-testdev",
	  .plug = plug_pc_testdev,
	  .part = testdev_parts,
	  .n_parts = ARRAY_SIZE(testdev_parts) },
	{ .name = "vga",
	  .needs = "PCI",
	  .size = &display_size,
	  .plug = plug_vga,
	  .part = display_parts,
	  .n_parts = ARRAY_SIZE(display_parts) },
};

/* ISA lines go to both interrupt controllers. */
static void added_line(struct machine *m, unsigned n, bool level)
{
	drive_pin(m, n, PC_SOURCE_ADDED, level);
}

static void *pci(struct machine *m) { return &pc_of(m)->pci; }

/* ---- the machine ---- */

static const char *power_on(struct machine *m)
{
	const char *fault = pc_firmware_lay_rom(m);

	return fault ? fault : pc_firmware_lay_tables(m);
}

static void reset(struct machine *m)
{
	pc_bios_reset(m);
	pc_firmware_run(m);
}

static const struct firmware firmware = PC_FIRMWARE(power_on, reset);

static const struct pc_kind q35 = {
	.kind = { .name = "pc",
		  .board_size = sizeof(struct pc),
		  .hole = PC_ECAM_BASE,
		  .parts = { { pc_parts, PC_N_PARTS }, { parts, ARRAY_SIZE(parts) } },
		  .socket = pc_sockets,
		  .n_sockets = PC_N_SOCKETS,
		  .firmware = &firmware,
		  .pins = PC_PINS,
		  .add_memory = pc_add_roms,
		  .card = cards,
		  .n_cards = ARRAY_SIZE(cards),
		  .line = pc_added_line,
		  .pci = pci,
		  .message = send_msi },
	.isa_line = isa_line,
	.added_line = added_line,
	.pic_intr = pic_intr,
	.eoi = eoi,
};

const struct machine_kind *const machine_pc = &q35.kind;
