/* SPDX-License-Identifier: MIT */
#include "harness/machine/pc.h"

#include <stdio.h>
#include <string.h>

#include "emu/array.h"
#include "harness/firmware/acpi/tables.h"
#include "harness/machine/board.h"
#include "harness/machine/pc_firmware.h"

enum { /* lines and pins */
       LINE_TIMER = 0,
       LINE_CASCADE = 2,
       LINE_RTC = 8,
       PIN_EXTINT = 0, /* the 8259A's output */
       PIN_TIMER = 2,  /* line 0 */
       PIN_PIRQA = 16
};

/* ---- interrupt wires ---- */

/* Sources are ORed on the I/O APIC's pins as on the 8259A's inputs. Pins below 16 get both. */
static void drive_pin(struct machine *m, unsigned pin, enum board_source source, bool level)
{
	uint8_t bit = (uint8_t)(1u << source), *sources = &m->s.pin_sources[pin];

	*sources = (uint8_t)(level ? *sources | bit : *sources & ~bit);
	ioapic_model_set_irq(&m->pc.ioapic, pin, *sources);
}

static void isa_line(struct machine *m, unsigned n, bool level)
{
	if (n == LINE_RTC) acpi_pm_model_rtc_alarm(&m->pc.pm, 0, level);
	if (n != LINE_CASCADE) drive_pin(m, n == LINE_TIMER ? PIN_TIMER : n, BOARD_ISA, level);
}

static void pic_intr(struct machine *m, bool level) { drive_pin(m, PIN_EXTINT, BOARD_ISA, level); }

static void drive_both(struct machine *m, unsigned pin, enum board_source source, bool level)
{
	drive_pin(m, pin, source, level);
	if (pin == PIN_TIMER) board_drive_line(m, LINE_TIMER, source, level);
	if (pin < MACHINE_N_LINES && pin > PIN_TIMER) board_drive_line(m, pin, source, level);
}

static void hpet_pin(void *ctx, unsigned pin, bool level)
{
	drive_both(ctx, pin, BOARD_HPET, level);
}

/* In legacy replacement mode the HPET drives the lines of 8254 and RTC. */
static void hpet_legacy_changed(void *ctx, bool on)
{
	board_cut_isa_lines(ctx, on ? 1 << LINE_TIMER | 1 << LINE_RTC : 0);
}

static void sci(void *ctx, unsigned n, bool level)
{
	struct machine *m = ctx;

	(void)n;
	m->s.sci_level = level;
	drive_both(m, m->s.sci_irq, BOARD_SCI, level);
}

static void sci_routed(void *ctx, unsigned irq)
{
	struct machine *m = ctx;

	if (irq == m->s.sci_irq) return;
	drive_both(m, m->s.sci_irq, BOARD_SCI, false);
	m->s.sci_irq = (uint8_t)irq;
	drive_both(m, irq, BOARD_SCI, m->s.sci_level);
}

static void pirq_pin(void *ctx, unsigned pin, bool level)
{
	drive_pin(ctx, pin, BOARD_PIRQ, level);
}

static void pirq_line(void *ctx, unsigned n, bool level)
{
	board_drive_line(ctx, n, BOARD_PIRQ, level);
}

static void intx(void *ctx, unsigned device, unsigned pin, bool asserted)
{
	pirq_router_model_intx(&((struct machine *)ctx)->pc.pirq, device, pin, asserted);
}

/* ---- messages ---- */

static bool send_message(void *ctx, const struct apic_message *message)
{
	return lapic_model_message(&((struct machine *)ctx)->lapic, message);
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
static void eoi(struct machine *m, uint8_t vector) { ioapic_model_eoi(&m->pc.ioapic, vector); }

/* ---- power ---- */

static void power_off(void *ctx) { (void)board_begin_event(ctx, MACHINE_POWEROFF); }

static void smi(void *ctx, uint8_t command)
{
	struct machine *m = ctx;

	if (command == acpi_config_pc.acpi_enable) acpi_pm_model_set_sci_en(&m->pc.pm, true);
	if (command == acpi_config_pc.acpi_disable) acpi_pm_model_set_sci_en(&m->pc.pm, false);
}

/* ---- devices that chipset registers move ---- */

static void pm_moved(void *ctx, uint16_t base, bool enabled)
{
	struct machine *m = ctx;
	board_remap(m, BUS_PORT, &m->pc.pm.dev, base, ACPI_PM_MODEL_SIZE, enabled, "");
}

static void hpet_moved(void *ctx, uint64_t base, bool enabled)
{
	struct machine *m = ctx;
	board_remap(m, BUS_MEMORY, &m->pc.hpet.dev, base, HPET_SIZE, enabled, "");
}

static void ioapic_enabled(void *ctx, bool enabled)
{
	struct machine *m = ctx;
	board_remap(m, BUS_MEMORY, &m->pc.ioapic.dev, IOAPIC_MODEL_BASE, IOAPIC_MODEL_SIZE, enabled,
		    "");
}

/* ---- devices ---- */

static void make_interrupts(struct machine *m)
{
	struct ioapic_model_wiring ioapic = { .send = send_message,
					      .ctx = m,
					      .active_low = UINT32_C(0xff) << PIN_PIRQA };
	struct pirq_router_model_wiring pirq = { 0 };

	for (unsigned i = 0; i < PIRQ_N; i++)
		pirq.ioapic_pin[i] = (struct irq){ .set = pirq_pin, .ctx = m, .n = PIN_PIRQA + i };
	for (unsigned i = 0; i < PIRQ_N_ISA; i++)
		pirq.isa[i] = (struct irq){ .set = pirq_line, .ctx = m, .n = i };
	ioapic_model_init(&m->pc.ioapic, "ioapic", &m->hub, &ioapic);
	pirq_router_model_init(&m->pc.pirq, &pirq);
	m->pc.pirq_state = (struct device){ .instance = "pirq",
					    .state = &m->pc.pirq.s,
					    .state_size = sizeof(m->pc.pirq.s) };
	board_add_device(m, &m->pc.ioapic.dev);
	board_add_device(m, &m->pc.pirq_state);
}

static void make_timers(struct machine *m)
{
	struct hpet_model_wiring hpet = { .legacy = hpet_legacy_changed,
					  .message = hpet_message,
					  .ctx = m };
	struct acpi_pm_model_wiring pm = {
		.sci = { .set = sci, .ctx = m }, .power_off = power_off, .smi = smi, .ctx = m
	};

	for (unsigned i = 0; i < HPET_MODEL_N_PINS; i++)
		hpet.pin[i] = (struct irq){ .set = hpet_pin, .ctx = m, .n = i };
	hpet_model_init(&m->pc.hpet, "hpet", &m->hub, &m->clock, &hpet);
	acpi_pm_model_init(&m->pc.pm, "pm", &m->hub, &m->clock, &pm);
	fw_cfg_model_init(&m->pc.fw_cfg, "fw_cfg", &m->hub, &m->clock, &m->mem, m->config.memory,
			  1);
	board_add_device(m, &m->pc.fw_cfg.dev);
	board_add_device(m, &m->pc.hpet.dev);
	board_add_device(m, &m->pc.pm.dev);
}

static const char *make_pci(struct machine *m)
{
	struct pci_model_host_wiring wire = {
		.bus = &m->bus,
		.mem = &m->mem,
		.reset_port = &m->misc.rst,
		.memory = { { 0xa0000, 0x20000 },
			    { PC_PCI_MEMORY_BASE, PC_PCI_MEMORY_END - PC_PCI_MEMORY_BASE } },
		.port = { { 0, PCI_MODEL_HOST_PORT_BASE },
			  { PC_PCI_PORT_BASE, PC_PCI_PORT_END - PC_PCI_PORT_BASE } },
		.message = send_msi,
		.intx = intx,
		.ctx = m
	};
	struct ich9_lpc_model_wiring lpc = { .router = &m->pc.pirq,
					     .pm_moved = pm_moved,
					     .sci_routed = sci_routed,
					     .hpet_moved = hpet_moved,
					     .ioapic_enabled = ioapic_enabled,
					     .ctx = m };
	const char *fault;

	pci_model_host_init(&m->pc.pci, "pci", &m->hub, &wire);
	board_add_device(m, &m->pc.pci.dev);
	fault = q35_host_model_init(&m->pc.q35, "mch", &m->hub, &m->pc.pci);
	if (!fault) fault = ich9_lpc_model_init(&m->pc.lpc, "lpc", &m->hub, &m->pc.pci, &lpc);
	if (!fault) fault = pci_model_host_map(&m->pc.pci);
	board_add_device(m, &m->pc.q35.fn.dev);
	board_add_device(m, &m->pc.lpc.fn.dev);
	return fault;
}

/* ---- devices of --device ---- */

/* Added functions get device numbers from 4 up. */
enum { FIRST_SLOT = 4 };

static const char *plug_pci_test(struct machine *m, unsigned slot)
{
	/* Each has a name of its own: stimuli and statistics find it by it. */
	static const char *const name[MACHINE_MAX_PCI_TESTS] = { "pci-test", "pci-test2",
								 "pci-test3", "pci-test4" };
	struct pci_test_model *test = &m->pc.pci_test[m->pc.n_pci_tests];
	const char *fault;

	if (m->pc.n_pci_tests == MACHINE_MAX_PCI_TESTS) return "there can be at most four";
	fault = pci_test_model_init(test, name[m->pc.n_pci_tests], &m->hub, &m->clock, &m->pc.pci,
				    slot, 0);
	if (fault) return fault;
	m->pc.n_pci_tests++;
	board_add_device(m, &test->fn.dev);
	return NULL;
}

static void testdev_line(void *ctx, unsigned n, bool level)
{
	if (n != LINE_CASCADE)
		drive_both(ctx, n == LINE_TIMER ? PIN_TIMER : n, BOARD_TESTDEV, level);
}

/* This is not a PCI function, so it uses no slot. */
static const char *plug_pc_testdev(struct machine *m, unsigned slot)
{
	struct pc_testdev_model *t = &m->pc.testdev;
	const struct board_ports map[] = {
		{ &t->dev, PC_TESTDEV_MODEL_BASE, PC_TESTDEV_MODEL_PORTS, 0 },
		{ &t->lines, PC_TESTDEV_MODEL_LINES_BASE, PC_TESTDEV_MODEL_N_LINES, 0 },
	};
	const char *fault;

	(void)slot;
	if (m->pc.has_testdev) return "the machine takes only one";
	pc_testdev_model_init(t, &m->hub, testdev_line, m);
	m->pc.has_testdev = true;
	board_add_device(m, &t->dev);
	fault = board_map_ports(m, map, ARRAY_SIZE(map));
	return fault ? fault
		     : bus_map(&m->bus, BUS_MEMORY, PC_TESTDEV_MODEL_MEMORY_BASE,
			       PC_TESTDEV_MODEL_MEMORY_SIZE, &t->memory, 0);
}

static const struct {
	const char *name;
	const char *(*plug)(struct machine *m, unsigned slot);
} cards[] = { { "pci-test", plug_pci_test }, { "pc-testdev", plug_pc_testdev } };

static const char *plug(struct machine *m, const char *name, unsigned slot)
{
	const char *fault = "unknown device; known:";
	size_t n = ARRAY_SIZE(cards);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(cards[i].name, name) != 0) continue;
		fault = cards[i].plug(m, slot);
		if (!fault) return NULL;
		snprintf(m->error, sizeof(m->error), "--device %s: %s", name, fault);
		return m->error;
	}
	snprintf(m->error, sizeof(m->error), "--device %s: %s", name, fault);
	for (size_t i = 0; i < n; i++) board_error_add(m, cards[i].name);
	return m->error;
}

static const char *plug_all(struct machine *m)
{
	const char *fault = NULL;

	for (unsigned i = 0; !fault && i < m->config.n_cards; i++)
		fault = plug(m, m->config.card[i], FIRST_SLOT + i);
	return fault;
}

/* ---- the machine ---- */

static const char *build(struct machine *m)
{
	const struct board_ports map[] = {
		{ &m->pc.pm.apm, ACPI_APM_BASE, ACPI_APM_SIZE, 0 },
		{ &m->pc.fw_cfg.dev, FW_CFG_MODEL_BASE, FW_CFG_MODEL_PORTS, 0 },
	};
	const char *fault;

	make_interrupts(m);
	make_timers(m);
	fault = make_pci(m);
	m->bios.wire.pci = true;
	if (!fault) fault = board_map_ports(m, map, ARRAY_SIZE(map));
	if (!fault) fault = plug_all(m);
	if (!fault) fault = pc_firmware_lay_rom(m);
	if (!fault) fault = pc_firmware_lay_tables(m);
	return fault ? fault : board_map_sockets(m);
}

static void reset(struct machine *m)
{
	ioapic_model_reset(&m->pc.ioapic);
	hpet_model_reset(&m->pc.hpet);
	acpi_pm_model_reset(&m->pc.pm);
	fw_cfg_model_reset(&m->pc.fw_cfg);
	pci_model_host_reset(&m->pc.pci);
	q35_host_model_reset(&m->pc.q35);
	ich9_lpc_model_reset(&m->pc.lpc);
	for (unsigned i = 0; i < m->pc.n_pci_tests; i++) pci_test_model_reset(&m->pc.pci_test[i]);
	if (m->pc.has_testdev) pc_testdev_model_reset(&m->pc.testdev);
	pc_firmware_run(m);
}

static void settle(struct machine *m)
{
	q35_host_model_settle(&m->pc.q35);
	ich9_lpc_model_settle(&m->pc.lpc);
	pci_model_host_settle(&m->pc.pci);
}

const struct machine_kind machine_pc = {
	.name = "pc",
	.has_slots = true,
	.hole = PC_ECAM_BASE,
	.build = build,
	.reset = reset,
	.settle = settle,
	.isa_line = isa_line,
	.pic_intr = pic_intr,
	.eoi = eoi,
};
