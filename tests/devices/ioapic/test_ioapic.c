/* SPDX-License-Identifier: MIT */
#include "bimetal/ioapic.h"

#include <stdio.h>

#include "devices/ioapic/model.h"
#include "emu/array.h"
#include "tests/unit/drivers/host_fixture.h"
#include "tests/unit/drivers/transcription.h"
#include "tests/unit/emu/random.h"

enum { PINS = IOAPIC_MODEL_PINS, ISA_PIN = 4, PCI_PIN = 16, VECTOR = 0x34, HOME = 2 };
static const uint64_t BASE = IOAPIC_MODEL_BASE;

static struct ioapic_model model;
static struct ioapic ioapic;
static struct io io;
static struct apic_message message[64];
static unsigned n_messages;
static bool refuse;

static bool take(void *ctx, const struct apic_message *m)
{
	(void)ctx;
	if (refuse || m->destination != HOME) return false;
	message[n_messages++ % 64] = *m;
	return true;
}

static void on_lint(void *ctx, const char *text)
{
	(void)ctx;
	require(0, "%s", text);
}

static void set_up(void)
{
	struct ioapic_model_wiring wire = { .send = take, .active_low = 0xff0000 };
	host_power_on();
	ioapic_model_init(&model, "ioapic", &hub, &wire);
	require(bus_map(&bus, BUS_MEMORY, BASE, IOAPIC_MODEL_SIZE, &model.dev, 0) == NULL);
	io = io_memory(&cpu, BASE, 1);
	recorder_expect_no_lint(&rec, on_lint, NULL);
	require_eq(int, ioapic_init(&ioapic, io, wait), IOAPIC_OK);
}

TestSuite(ioapic, .init = set_up, .fini = host_power_off, .timeout = 60);

static void expect_trace(const char *trace) { check_eq(str, rec.trace, trace); }

static uint64_t *low_cell(unsigned pin)
{
	return &model.s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_IOREDTBL_LOW) + pin];
}

static uint64_t *high_cell(unsigned pin)
{
	return &model.s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_IOREDTBL_HIGH) + pin];
}

static const struct ioapic_route isa = { .vector = VECTOR, .destination = HOME };
static const struct ioapic_route pci = {
	.vector = VECTOR, .destination = HOME, .active_low = true, .level = true
};

static void route(unsigned pin, const struct ioapic_route *r)
{
	require_eq(int, ioapic_route(&ioapic, pin, r), IOAPIC_OK);
}

static bool remote_irr(unsigned pin)
{
	bool yes = false;
	require_eq(int, ioapic_remote_irr(&ioapic, pin, &yes), IOAPIC_OK);
	return yes;
}

/* ---- finding it ---- */

Test(ioapic, is_found_by_its_version)
{
	expect_trace("IOREGSEL=00000001 IOWIN?00170020 ");
	check_eq(u8, ioapic.n_entries, PINS);
	check_eq(u8, ioapic.version, 0x20);
}

Test(ioapic, refuses_impossible_arguments_and_registers)
{
	struct ioapic other;
	recorder_clear(&rec);
	check_eq(int, ioapic_init(NULL, io, wait), IOAPIC_NULL);
	check_eq(int, ioapic_init(&other, io_port(&cpu, 0x20), wait), IOAPIC_BAD_ARG);
	check_eq(int, ioapic_init(&other, io_memory(&cpu, BASE, 4), wait), IOAPIC_BAD_ARG);
	check_eq(int, ioapic_init(&other, io_memory(&cpu, BASE + 2, 1), wait), IOAPIC_BAD_ARG);
	expect_trace("");
	uint64_t *version = &model.s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_VER)];
	*version = 0x00780020; /* 121 entries */
	check_eq(int, ioapic_init(&other, io, wait), IOAPIC_VARIANT);
	*version = 0x00770020;
	check_eq(int, ioapic_init(&other, io, wait), IOAPIC_OK);
	check_eq(u8, other.n_entries, IOAPIC_MAX_ENTRIES);
	*version = 0;
	check_eq(int, ioapic_init(&other, io, wait), IOAPIC_ABSENT);
}

Test(ioapic, an_empty_place_is_absent)
{
	struct ioapic other;
	recorder_expect_no_lint(&rec, NULL, NULL);
	bus_unmap(&bus, BUS_MEMORY, &model.dev);
	check_eq(int, ioapic_init(&other, io, wait), IOAPIC_ABSENT);
}

Test(ioapic, every_call_refuses_null_and_pins_that_are_not_there)
{
	bool yes;
	uint8_t id;
	recorder_clear(&rec);
	check_eq(int, ioapic_mask_all(NULL), IOAPIC_NULL);
	check_eq(int, ioapic_id(&ioapic, NULL), IOAPIC_NULL);
	check_eq(int, ioapic_id(NULL, &id), IOAPIC_NULL);
	check_eq(int, ioapic_set_id(NULL, 0), IOAPIC_NULL);
	check_eq(int, ioapic_route(NULL, 0, &isa), IOAPIC_NULL);
	check_eq(int, ioapic_route(&ioapic, 0, NULL), IOAPIC_NULL);
	check_eq(int, ioapic_mask(NULL, 0), IOAPIC_NULL);
	check_eq(int, ioapic_unmask(NULL, 0), IOAPIC_NULL);
	check_eq(int, ioapic_remote_irr(&ioapic, 0, NULL), IOAPIC_NULL);
	check_eq(int, ioapic_waiting(NULL, 0, &yes), IOAPIC_NULL);
	check_eq(int, ioapic_eoi(NULL, VECTOR), IOAPIC_NULL);
	check_eq(int, ioapic_route(&ioapic, PINS, &isa), IOAPIC_NO_PIN);
	check_eq(int, ioapic_mask(&ioapic, PINS), IOAPIC_NO_PIN);
	check_eq(int, ioapic_unmask(&ioapic, PINS), IOAPIC_NO_PIN);
	check_eq(int, ioapic_unmask(&ioapic, UINT32_MAX), IOAPIC_NO_PIN);
	check_eq(int, ioapic_remote_irr(&ioapic, PINS, &yes), IOAPIC_NO_PIN);
	check_eq(int, ioapic_waiting(&ioapic, 0x80000000, &yes), IOAPIC_NO_PIN);
	check_eq(int, ioapic_set_id(&ioapic, 16), IOAPIC_BAD_ARG);
	expect_trace("");
}

Test(ioapic, setting_the_id_changes_nothing_else)
{
	uint8_t id = 0;
	model.s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_ID)] = 0x05008000;
	require_eq(int, ioapic_id(&ioapic, &id), IOAPIC_OK);
	check_eq(u8, id, 5);
	recorder_clear(&rec);
	require_eq(int, ioapic_set_id(&ioapic, 10), IOAPIC_OK);
	expect_trace("IOREGSEL=00000000 IOWIN?05008000 IOWIN=0a008000 ");
}

/* ---- routes ---- */

Test(ioapic, a_route_is_written_high_half_first_while_masked)
{
	recorder_clear(&rec);
	route(PCI_PIN, &pci);
	expect_trace("IOREGSEL=00000030 IOWIN=0001a034 IOREGSEL=00000031 IOWIN=02000000 "
		     "IOREGSEL=00000030 IOWIN=0000a034 ");
	struct ioapic_route masked = isa;
	masked.masked = true;
	recorder_clear(&rec);
	route(ISA_PIN, &masked);
	expect_trace("IOREGSEL=00000018 IOWIN=00010034 IOREGSEL=00000019 IOWIN=02000000 ");
}

Test(ioapic, an_edge_is_one_message)
{
	route(ISA_PIN, &isa);
	ioapic_model_set_irq(&model, ISA_PIN, true);
	ioapic_model_set_irq(&model, ISA_PIN, false);
	require_eq(u32, n_messages, 1);
	check_eq(u8, message[0].vector, VECTOR);
	check_eq(u32, message[0].destination, HOME);
	check(!message[0].level_triggered);
	check(!message[0].logical);
}

Test(ioapic, every_field_of_a_route_arrives)
{
	struct ioapic_route r = {
		.mode = IOAPIC_LOWEST, .vector = 0xfe, .destination = HOME, .logical = true
	};
	route(ISA_PIN, &r);
	ioapic_model_set_irq(&model, ISA_PIN, true);
	require_eq(u32, n_messages, 1);
	check(message[0].logical && message[0].mode == APIC_LOWEST);
	check_eq(u8, message[0].vector, 0xfe);
	ioapic_model_set_irq(&model, ISA_PIN, false);
	r.vector = IOAPIC_FIRST_VECTOR;
	route(ISA_PIN, &r);
	r = (struct ioapic_route){ .mode = IOAPIC_NMI, .destination = HOME };
	route(ISA_PIN, &r);
	ioapic_model_set_irq(&model, ISA_PIN, true);
	require_eq(u32, n_messages, 2);
	check(message[1].mode == APIC_NMI);
}

Test(ioapic, a_level_waits_for_its_eoi)
{
	route(PCI_PIN, &pci);
	ioapic_model_set_irq(&model, PCI_PIN, true);
	check_eq(u32, n_messages, 1);
	check(remote_irr(PCI_PIN));
	recorder_clear(&rec);
	require_eq(int, ioapic_eoi(&ioapic, VECTOR), IOAPIC_OK);
	expect_trace("EOIR=00000034 ");
	check_eq(u32, n_messages, 2, "still asserted");
	ioapic_model_set_irq(&model, PCI_PIN, false);
	require_eq(int, ioapic_eoi(&ioapic, VECTOR), IOAPIC_OK);
	check_eq(u32, n_messages, 2);
	check(!remote_irr(PCI_PIN));
}

Test(ioapic, a_message_that_is_not_accepted_waits)
{
	bool yes = false;
	recorder_expect_no_lint(&rec, NULL, NULL); /* a lint: no local APIC accepts it */
	refuse = true;
	route(PCI_PIN, &pci);
	require_eq(int, ioapic_waiting(&ioapic, PCI_PIN, &yes), IOAPIC_OK);
	check(!yes);
	ioapic_model_set_irq(&model, PCI_PIN, true);
	require_eq(int, ioapic_waiting(&ioapic, PCI_PIN, &yes), IOAPIC_OK);
	check(yes);
}

Test(ioapic, an_unmasked_entry_can_be_routed_anew)
{
	struct ioapic_route other = pci;
	route(PCI_PIN, &pci);
	other.vector = VECTOR + 1;
	route(PCI_PIN, &other);
	other.destination = HOME + 1;
	other.masked = true;
	route(PCI_PIN, &other);
	check_eq(u64, *low_cell(PCI_PIN), 0x1a035);
	check_eq(u64, *high_cell(PCI_PIN), 0x03000000);
}

Test(ioapic, impossible_routes_are_refused)
{
	static const struct ioapic_route bad[] = {
		{ .vector = 0x0f },
		{ .vector = 0xff },
		{ .mode = IOAPIC_LOWEST, .vector = 0 },
		{ .mode = IOAPIC_SMI, .vector = VECTOR },
		{ .mode = IOAPIC_NMI, .level = true },
		{ .mode = IOAPIC_INIT, .vector = 1 },
		{ .mode = IOAPIC_EXTINT, .level = true },
		{ .mode = (enum ioapic_mode)3, .vector = VECTOR },
		{ .mode = (enum ioapic_mode)6, .vector = VECTOR },
		{ .mode = (enum ioapic_mode)8, .vector = VECTOR },
	};
	recorder_clear(&rec);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		check_eq(int, ioapic_route(&ioapic, 0, &bad[i]), IOAPIC_BAD_ARG, "%u", i);
	expect_trace("");
}

/* ---- masks ---- */

Test(ioapic, masking_keeps_the_rest_and_never_writes_read_only_bits)
{
	uint64_t seed = 3;
	for (unsigned i = 0; i < 200; i++) {
		unsigned pin = (unsigned)(random_next(&seed) % PINS);
		uint32_t garbage = ((uint32_t)random_next(&seed) & 0xefff) | 0x10000;
		char want[128];
		*low_cell(pin) = garbage;
		recorder_clear(&rec);
		require_eq(int, ioapic_mask(&ioapic, pin), IOAPIC_OK);
		(void)snprintf(want, sizeof(want), "IOREGSEL=%08x IOWIN?%08x IOWIN=%08x ",
			       0x10 + 2 * pin, garbage, garbage & 0xffffafff);
		require_eq(int, strncmp(rec.trace, want, strlen(want)), 0, "%s", rec.trace);
		require_eq(u64, rec.n_reads, 2, "and read again, to be there");
	}
}

Test(ioapic, unmasking_does_the_same)
{
	struct ioapic_route r = pci;
	r.masked = true;
	route(PCI_PIN, &r);
	*low_cell(PCI_PIN) |= IOAPIC_MODEL_RTE_REMOTE_IRR;
	recorder_clear(&rec);
	require_eq(int, ioapic_unmask(&ioapic, PCI_PIN), IOAPIC_OK);
	expect_trace("IOREGSEL=00000030 IOWIN?0001e034 IOWIN=0000a034 ");
	check(remote_irr(PCI_PIN), "which is the hardware's to clear");
}

Test(ioapic, what_is_masked_does_not_interrupt)
{
	route(ISA_PIN, &isa);
	require_eq(int, ioapic_mask(&ioapic, ISA_PIN), IOAPIC_OK);
	ioapic_model_set_irq(&model, ISA_PIN, true);
	ioapic_model_set_irq(&model, ISA_PIN, false);
	check_eq(u32, n_messages, 0);
	require_eq(int, ioapic_unmask(&ioapic, ISA_PIN), IOAPIC_OK);
	check_eq(u32, n_messages, 0, "a masked edge is lost");
	ioapic_model_set_irq(&model, ISA_PIN, true);
	check_eq(u32, n_messages, 1);
}

Test(ioapic, mask_all_leaves_smi_to_firmware)
{
	struct ioapic_route smi = { .mode = IOAPIC_SMI, .destination = HOME };
	for (unsigned pin = 0; pin < 16; pin++) route(pin, &isa);
	for (unsigned pin = 16; pin < PINS; pin++) route(pin, &pci);
	route(9, &smi);
	require_eq(int, ioapic_mask_all(&ioapic), IOAPIC_OK);
	for (unsigned pin = 0; pin < PINS; pin++) {
		uint64_t rest = pin == 9 ? 0x200 : pin < 16 ? VECTOR : 0xa000 | VECTOR;
		check_eq(u64, *low_cell(pin), rest | (pin == 9 ? 0 : 0x10000), "%u", pin);
	}
}

/* An interrupt handler that uses the window when the driver has written the index but not yet
 * accessed the window. */
static void reroute(void *ctx, uint8_t vector)
{
	(void)ctx, (void)vector;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, false);
	require_eq(int, ioapic_mask(&ioapic, 0), IOAPIC_OK);
}

static void request(void *ctx, uint64_t due_ns)
{
	(void)ctx, (void)due_ns;
	next_vector = VECTOR;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, true);
}

Test(ioapic, a_handler_may_use_it_at_any_moment)
{
	unsigned timer = clock_add_timer(&vclock, "test", request, NULL);
	cpu.dispatch = reroute;
	(void)host_cpu_set_interrupts(&cpu, true);
	for (uint64_t at = 1; at < 12; at++) {
		struct ioapic_route r = pci;
		r.vector = (uint8_t)(VECTOR + at);
		uint64_t before = cpu.s.interrupts;
		clock_arm(&vclock, timer, clock_now(&vclock) + at * CPU_CHARGE_MMIO / 2);
		route(PCI_PIN, &r);
		require_eq(int, ioapic_mask(&ioapic, PCI_PIN), IOAPIC_OK);
		wait_ns(&wait, 10000);
		check_eq(u64, cpu.s.interrupts, before + 1);
		check_eq(u64, *low_cell(PCI_PIN), 0x1a000 | r.vector);
		check_eq(u64, *low_cell(0), 0x10000);
	}
}

Test(ioapic, interrupts_are_on_again_after_every_call)
{
	struct ioapic other;
	bool yes;
	uint8_t id;
	(void)host_cpu_set_interrupts(&cpu, true);
	check_eq(int, ioapic_init(&other, io, wait), IOAPIC_OK);
	check(cpu.s.interrupts_on);
	check_eq(int, ioapic_mask_all(&ioapic), IOAPIC_OK);
	check(cpu.s.interrupts_on);
	check_eq(int, ioapic_id(&ioapic, &id), IOAPIC_OK);
	check(cpu.s.interrupts_on);
	check_eq(int, ioapic_set_id(&ioapic, 15), IOAPIC_OK);
	check(cpu.s.interrupts_on);
	check_eq(int, ioapic_route(&ioapic, ISA_PIN, &isa), IOAPIC_OK);
	check(cpu.s.interrupts_on);
	check_eq(int, ioapic_mask(&ioapic, ISA_PIN), IOAPIC_OK);
	check(cpu.s.interrupts_on);
	check_eq(int, ioapic_unmask(&ioapic, ISA_PIN), IOAPIC_OK);
	check(cpu.s.interrupts_on);
	check_eq(int, ioapic_waiting(&ioapic, ISA_PIN, &yes), IOAPIC_OK);
	check(cpu.s.interrupts_on);
}

Test(ioapic, an_old_io_apic_has_no_eoi_register)
{
	model.s.inner[reg_table_slot(ioapic_inner_regs, IOAPIC_MODEL_VER)] = 0x00170011;
	require_eq(int, ioapic_init(&ioapic, io, wait), IOAPIC_OK);
	check_eq(int, ioapic_eoi(&ioapic, VECTOR), IOAPIC_NO_EOI);
}

Test(ioapic, eoi_of_an_impossible_vector_is_refused)
{
	check_eq(int, ioapic_eoi(&ioapic, 0x0f), IOAPIC_BAD_ARG);
	check_eq(int, ioapic_eoi(&ioapic, 0xff), IOAPIC_BAD_ARG);
	recorder_allow(&rec, "ioapic.EOIR.not-in-service");
	check_eq(int, ioapic_eoi(&ioapic, 0x10), IOAPIC_OK);
	check_eq(int, ioapic_eoi(&ioapic, 0xfe), IOAPIC_OK);
}

/* ---- the second transcription ---- */

Test(ioapic, constants_agree_with_the_tables_of_the_model)
{
	struct transcript outer = { ioapic_regs, IOAPIC_MODEL_N_REGS };
	struct transcript inner = { ioapic_inner_regs, IOAPIC_MODEL_N_INNER };
	const uint32_t low = 4 * IOAPIC_INDEX_TABLE, version = 4 * IOAPIC_INDEX_VERSION;

	transcript_name(outer, IOAPIC_IOREGSEL.at, "IOREGSEL");
	transcript_name(outer, IOAPIC_IOWIN.at, "IOWIN");
	transcript_name(outer, IOAPIC_EOIR.at, "EOIR");
	transcript_name(inner, 4 * IOAPIC_INDEX_ID, "IOAPICID");
	transcript_name(inner, version, "IOAPICVER");
	transcript_name(inner, low, "IOREDTBL_LOW");
	check_eq(u64, transcript_field(inner, version, "VERSION"), IOAPIC_VERSION);
	check(IOAPIC_FIXED == 0 && IOAPIC_LOWEST == 1 && IOAPIC_SMI == 2);
	check(IOAPIC_NMI == 4 && IOAPIC_INIT == 5 && IOAPIC_EXTINT == 7);
	check_eq(u64, transcript_field(inner, 4 * IOAPIC_INDEX_ID, "ID"), IOAPIC_ID);
	check_eq(u64, transcript_field(inner, version, "MAX_ENTRY"),
		 IOAPIC_MAX_ENTRY << IOAPIC_MAX_ENTRY_LSB);
	check_eq(u64, transcript_field(inner, low, "VECTOR"), IOAPIC_VECTOR);
	check_eq(u64, transcript_field(inner, low, "DELIVERY_MODE"), IOAPIC_MODE);
	check_eq(u64, transcript_field(inner, low, "LOGICAL"), IOAPIC_LOGICAL);
	check_eq(u64, transcript_field(inner, low, "DELIVERY_STATUS"), IOAPIC_DELIVERY_STATUS);
	check_eq(u64, transcript_field(inner, low, "ACTIVE_LOW"), IOAPIC_ACTIVE_LOW);
	check_eq(u64, transcript_field(inner, low, "REMOTE_IRR"), IOAPIC_REMOTE_IRR);
	check_eq(u64, transcript_field(inner, low, "LEVEL"), IOAPIC_LEVEL);
	check_eq(u64, transcript_field(inner, low, "MASK"), IOAPIC_MASK);
	check_eq(u64, transcript_field(inner, low + 4, "DESTINATION"),
		 UINT64_C(0xff) << IOAPIC_DESTINATION_LSB);
}
