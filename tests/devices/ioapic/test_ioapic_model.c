/* SPDX-License-Identifier: MIT */
#include "devices/ioapic/model.h"
#include "emu/array.h"
#include "emu/bus.h"
#include "emu/clock.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/unit/emu/random.h"

enum { IOREGSEL = 0x00, IOWIN = 0x10, EOIR = 0x40 };
enum {
	INDEX_ID = 0,
	INDEX_VER = 1,
	INDEX_ARB = 2,
	INDEX_RESERVED = 3,
	INDEX_TABLE = 0x10,
	INDEX_BEYOND = 0x40
};
enum {
	LOWEST = 1 << 8,
	SMI = 2 << 8,
	NMI = 4 << 8,
	INIT = 5 << 8,
	EXTINT = 7 << 8,
	LOGICAL = 1 << 11,
	DELIVERY_STATUS = 1 << 12,
	ACTIVE_LOW = 1 << 13,
	REMOTE_IRR = 1 << 14,
	LEVEL = 1 << 15,
	MASKED = 1 << 16
};
enum { VECTOR = 0x41, PIN = 4, PIRQ = 16, PIRQS = 0xff0000 };

static struct ioapic_model ioapic;
static struct hub hub;
static struct bus bus;
static struct clock vclock;
static struct lint_log lints;
static unsigned sent;
static struct apic_message last;
static bool refuse;

static bool take(void *ctx, const struct apic_message *message)
{
	(void)ctx;
	if (refuse) return false;
	sent++;
	last = *message;
	return true;
}

static void power_on(void)
{
	struct ioapic_model_wiring wire = { .send = take, .active_low = PIRQS };
	clock_init(&vclock);
	hub.clock = &vclock;
	lint_log_start(&lints, &hub);
	bus_init(&bus, &hub, &vclock);
	ioapic_model_init(&ioapic, "ioapic", &hub, &wire);
	require_eq(ptr,
		   bus_map(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE, IOAPIC_MODEL_SIZE, &ioapic.dev, 0),
		   NULL);
}

static void select_index(unsigned index)
{
	bus_write(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + IOREGSEL, 32, index);
}

static uint32_t rd(unsigned index)
{
	select_index(index);
	return (uint32_t)bus_read(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + IOWIN, 32);
}

static void wr(unsigned index, uint32_t value)
{
	select_index(index);
	bus_write(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + IOWIN, 32, value);
}

static uint32_t low(unsigned pin) { return rd(INDEX_TABLE + 2 * pin); }
static void set_low(unsigned pin, uint32_t value) { wr(INDEX_TABLE + 2 * pin, value); }
static void set_high(unsigned pin, uint32_t value) { wr(INDEX_TABLE + 2 * pin + 1, value); }
static void eoi(uint32_t value)
{
	bus_write(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + EOIR, 32, value);
}
static void pulse(unsigned pin)
{
	ioapic_model_set_irq(&ioapic, pin, true);
	ioapic_model_set_irq(&ioapic, pin, false);
}

TestSuite(ioapic, .init = power_on, .timeout = 60);

Test(ioapic, the_register_tables_are_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(ioapic_regs, IOAPIC_MODEL_N_REGS, &where);
	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
	fault = reg_table_fault(ioapic_inner_regs, IOAPIC_MODEL_N_INNER, &where);
	check_eq(ptr, fault, NULL, "%s: %s", where ? where->name : "", fault);
	check_eq(sz, reg_table_slots(ioapic_regs, IOAPIC_MODEL_N_REGS), IOAPIC_MODEL_N_SLOTS);
	check_eq(sz, reg_table_slots(ioapic_inner_regs, IOAPIC_MODEL_N_INNER),
		 IOAPIC_MODEL_N_INNER_SLOTS);
}

Test(ioapic, powers_on_with_every_entry_masked)
{
	check_eq(u32, rd(INDEX_ID), 0);
	check_eq(u32, rd(INDEX_VER), 0x00170020);
	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++) {
		check_eq(u32, low(pin), MASKED);
		check_eq(u32, rd(INDEX_TABLE + 2 * pin + 1), 0);
		pulse(pin);
	}
	check_eq(u32, sent, 0);
	check_eq(u32, lints.n, 0);
}

Test(ioapic, firmware_and_guest_can_set_the_id)
{
	ioapic_model_set_id(&ioapic, 1);
	check_eq(u32, rd(INDEX_ID), 0x01000000);
	wr(INDEX_ID, 0x0f008000);
	check_eq(u32, rd(INDEX_ID), 0x0f008000);
	check_eq(u32, lints.n, 0);
	wr(INDEX_ID, 0x10000000);
	check_eq(str, lints.last, "ioapic.IOAPICID.reserved");
	check_eq(u32, rd(INDEX_ID), 0);
}

Test(ioapic, an_entry_keeps_what_can_be_written)
{
	set_high(PIN, 0xab000000);
	set_low(PIN, MASKED | LEVEL | ACTIVE_LOW | LOGICAL | LOWEST | 0xa5);
	check_eq(u32, low(PIN), MASKED | LEVEL | ACTIVE_LOW | LOGICAL | LOWEST | 0xa5);
	check_eq(u32, rd(INDEX_TABLE + 2 * PIN + 1), 0xab000000);
	check_eq(u32, low(PIN + 1), MASKED);
	check_eq(u32, lints.n, 0);
	set_low(PIN, MASKED | DELIVERY_STATUS | REMOTE_IRR);
	check_eq(u32, low(PIN), MASKED, "the status bits are read-only");
	check_eq(u32, lints.n, 0);
	set_low(PIN, MASKED | 0x20000);
	check_eq(str, lints.last, "ioapic.IOREDTBL_LOW.reserved");
	set_high(PIN, 1);
	check_eq(str, lints.last, "ioapic.IOREDTBL_HIGH.reserved");
}

Test(ioapic, an_edge_sends_the_entry_once)
{
	set_high(PIN, 0x03000000);
	set_low(PIN, LOGICAL | LOWEST | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, sent, 1);
	check_eq(u32, last.destination, 3);
	check(last.logical);
	check_eq(int, last.mode, APIC_LOWEST);
	check_eq(u8, last.vector, VECTOR);
	check(!last.level_triggered);
	check(last.assert);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, sent, 1, "the same level twice is no edge");
	ioapic_model_set_irq(&ioapic, PIN, false);
	check_eq(u32, sent, 1);
	check_eq(u32, low(PIN), LOGICAL | LOWEST | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, sent, 2);
	check_eq(u32, lints.n, 0);
}

Test(ioapic, an_edge_at_a_masked_pin_is_lost, .description = "82093AA 3.2.4, interrupt mask")
{
	set_low(PIN, MASKED | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	set_low(PIN, VECTOR);
	check_eq(u32, sent, 0);
	ioapic_model_set_irq(&ioapic, PIN, false);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, sent, 1);
}

Test(ioapic, a_level_waits_behind_the_mask)
{
	set_low(PIN, MASKED | LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, sent, 0);
	set_low(PIN, LEVEL | VECTOR);
	check_eq(u32, sent, 1);
	check(last.level_triggered);
}

Test(ioapic, a_level_is_sent_once_until_its_eoi, .description = "82093AA 3.2.4, remote IRR")
{
	set_low(PIN, LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, sent, 1);
	check_eq(u32, low(PIN), REMOTE_IRR | LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, false);
	ioapic_model_set_irq(&ioapic, PIN, true);
	set_low(PIN, LEVEL | VECTOR);
	check_eq(u32, sent, 1);
	ioapic_model_eoi(&ioapic, VECTOR + 1);
	check_eq(u32, sent, 1, "another vector's");
	ioapic_model_eoi(&ioapic, VECTOR);
	check_eq(u32, sent, 2, "still active: again");
	ioapic_model_set_irq(&ioapic, PIN, false);
	ioapic_model_eoi(&ioapic, VECTOR);
	check_eq(u32, sent, 2);
	check_eq(u32, low(PIN), LEVEL | VECTOR);
}

Test(ioapic, the_eoi_register_ends_every_entry_of_its_vector)
{
	set_low(PIN, LEVEL | VECTOR);
	set_low(PIN + 1, LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	ioapic_model_set_irq(&ioapic, PIN + 1, true);
	check_eq(u32, sent, 2);
	ioapic_model_set_irq(&ioapic, PIN, false);
	eoi(VECTOR);
	check_eq(u32, sent, 3);
	check_eq(u32, low(PIN), LEVEL | VECTOR);
	check_eq(u32, low(PIN + 1), REMOTE_IRR | LEVEL | VECTOR);
	check_eq(u32, lints.n, 0);
	eoi(0x100 | VECTOR);
	check_eq(str, lints.last, "ioapic.EOIR.reserved");
	check_eq(u32, sent, 4, "it is the low byte that counts");
}

Test(ioapic, an_eoi_that_ends_nothing_is_reported, .description = "ICH4 9.5.5")
{
	set_low(PIN, LEVEL | VECTOR);
	eoi(VECTOR);
	check_eq(uint, lints.n, 1);
	check_eq(str, lints.last, "ioapic.EOIR.not-in-service");
	check_eq(u64, lints.bits, VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	ioapic_model_set_irq(&ioapic, PIN, false);
	eoi(VECTOR + 1);
	check_eq(uint, lints.n, 2, "another vector's");
	eoi(VECTOR);
	check_eq(uint, lints.n, 2, "one for each is in order");
	eoi(VECTOR);
	check_eq(uint, lints.n, 3);
	ioapic_model_eoi(&ioapic, VECTOR);
	check_eq(uint, lints.n, 3, "that of the local APIC goes to all");
}

Test(ioapic, an_eoi_of_a_masked_entry_sends_nothing)
{
	set_low(PIN, LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	set_low(PIN, MASKED | LEVEL | VECTOR);
	check_eq(u32, low(PIN), MASKED | REMOTE_IRR | LEVEL | VECTOR);
	ioapic_model_eoi(&ioapic, VECTOR);
	check_eq(u32, sent, 1);
	check_eq(u32, low(PIN), MASKED | LEVEL | VECTOR);
	set_low(PIN, LEVEL | VECTOR);
	check_eq(u32, sent, 2);
}

Test(ioapic, an_entry_changed_to_edge_forgets_its_remote_irr)
{
	set_low(PIN, LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	set_low(PIN, MASKED | VECTOR);
	set_low(PIN, LEVEL | VECTOR);
	check_eq(u32, sent, 2);
}

Test(ioapic, an_active_low_line_needs_an_active_low_entry,
     .description = "ICH10 datasheet table 5-16, note 1")
{
	set_low(PIRQ, LEVEL | ACTIVE_LOW | VECTOR);
	check_eq(u32, sent, 0, "the line rests");
	ioapic_model_set_irq(&ioapic, PIRQ, true);
	check_eq(u32, sent, 1);
	check_eq(u32, lints.n, 0);
}

Test(ioapic, the_wrong_polarity_interrupts_while_the_line_rests_and_is_a_lint)
{
	set_low(PIRQ, MASKED | LEVEL | VECTOR);
	check_eq(u32, lints.n, 0, "not while it is masked");
	set_low(PIRQ, LEVEL | VECTOR);
	check_eq(str, lints.last, "ioapic.IOREDTBL_LOW.polarity");
	check_eq(u32, sent, 1);
	ioapic_model_set_irq(&ioapic, PIRQ, true);
	ioapic_model_eoi(&ioapic, VECTOR);
	check_eq(u32, sent, 1);
	set_low(PIN, ACTIVE_LOW | (VECTOR + 1));
	check_eq(u32, lints.n, 2);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, sent, 1);
	ioapic_model_set_irq(&ioapic, PIN, false);
	check_eq(u32, sent, 2, "the falling edge");
}

Test(ioapic, reserved_vectors_in_an_unmasked_entry_are_lints)
{
	set_low(PIN, MASKED | 5);
	check_eq(u32, lints.n, 0);
	set_low(PIN, 0xf);
	check_eq(str, lints.last, "ioapic.IOREDTBL_LOW.vector");
	set_low(PIN, 0xff);
	check_eq(u32, lints.n, 2);
	set_low(PIN, 0x10);
	set_low(PIN, 0xfe);
	set_low(PIN, NMI);
	set_low(PIN, EXTINT);
	check_eq(u32, lints.n, 2, "NMI and ExtINT have none");
}

Test(ioapic, modes_that_need_edges_have_them_even_if_programmed_by_level)
{
	static const uint32_t mode[] = { SMI, NMI, INIT, EXTINT };
	for (unsigned i = 0; i < ARRAY_SIZE(mode); i++) {
		set_low(PIN, mode[i]);
		check_eq(u32, lints.n, i);
		set_low(PIN, LEVEL | mode[i]);
		check_eq(u32, lints.n, i + 1);
		check_eq(str, lints.last, "ioapic.IOREDTBL_LOW.trigger");
		ioapic_model_set_irq(&ioapic, PIN, true);
		check_eq(u32, sent, i + 1);
		check_eq(int, last.mode, mode[i] >> 8);
		check(!last.level_triggered);
		check_eq(u32, low(PIN), LEVEL | mode[i], "no remote IRR");
		ioapic_model_set_irq(&ioapic, PIN, false);
	}
}

Test(ioapic, reserved_modes_send_nothing_and_are_lints)
{
	set_low(PIN, 3 << 8 | VECTOR);
	check_eq(str, lints.last, "ioapic.IOREDTBL_LOW.mode");
	set_low(PIN + 1, 6 << 8 | VECTOR);
	check_eq(u32, lints.n, 2);
	pulse(PIN);
	pulse(PIN + 1);
	check_eq(u32, sent, 0);
	set_low(PIN, SMI | VECTOR);
	check_eq(str, lints.last, "ioapic.IOREDTBL_LOW.smi-vector");
}

Test(ioapic, the_destination_of_an_unmasked_entry_should_not_change)
{
	set_high(PIN, 0x01000000);
	set_low(PIN, VECTOR);
	set_high(PIN, 0x01000000);
	check_eq(u32, lints.n, 0, "the same again");
	set_high(PIN, 0x02000000);
	check_eq(str, lints.last, "ioapic.IOREDTBL_HIGH.unmasked");
	pulse(PIN);
	check_eq(u32, last.destination, 2);
}

Test(ioapic, an_interrupt_that_no_apic_takes_is_a_lint)
{
	refuse = true;
	set_high(PIN, 0x07000000);
	set_low(PIN, VECTOR);
	pulse(PIN);
	check_eq(str, lints.last, "ioapic.IOREDTBL_HIGH.nowhere");
	check_eq(u64, lints.bits, 7);
	set_low(PIN, LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	check_eq(u32, low(PIN), DELIVERY_STATUS | LEVEL | VECTOR, "it is pending still");
	refuse = false;
	set_high(PIN, 0);
	check_eq(u32, sent, 1);
	check_eq(u32, low(PIN), REMOTE_IRR | LEVEL | VECTOR);
}

Test(ioapic, indexes_of_no_register_are_lints)
{
	check_eq(u32, rd(INDEX_RESERVED), 0);
	check_eq(str, lints.last, "ioapic.IOWIN.reserved-index");
	wr(INDEX_BEYOND, 1);
	check_eq(u32, lints.n, 2);
	check_eq(u64, lints.bits, INDEX_BEYOND);
	check_eq(u32, rd(INDEX_ARB), 0);
	check_eq(u32, lints.n, 2, "the arbitration ID is one of the first chip's");
	wr(INDEX_ARB, 0);
	check_eq(str, lints.last, "ioapic.IOAPICARB.readonly");
	wr(INDEX_ID, 0x05000000);
	check_eq(u32, rd(INDEX_ARB), 0x05000000, "loaded with the ID");
	wr(INDEX_VER, 0);
	check_eq(str, lints.last, "ioapic.IOAPICVER.readonly");
	check_eq(u32, rd(INDEX_VER), 0x00170020);
	select_index(0x110);
	check_eq(str, lints.last, "ioapic.IOREGSEL.reserved");
}

Test(ioapic, accesses_must_be_aligned_double_words)
{
	bus_write(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + IOREGSEL, 8, 0);
	check_eq(str, lints.last, "ioapic.IOREGSEL.width");
	bus_read(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + IOWIN, 16);
	check_eq(str, lints.last, "ioapic.IOWIN.width");
	bus_read(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + IOWIN + 1, 8);
	check_eq(u32, lints.n, 3);
	bus_read(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + IOWIN, 64);
	check(lints.n > 3);
	bus_read(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + EOIR, 32);
	check_eq(str, lints.last, "ioapic.EOIR.writeonly");
	bus_read(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + 0x20, 32);
	check_eq(str, lints.last, "ioapic.no-register");
}

Test(ioapic, reset_masks_everything_and_keeps_the_lines)
{
	set_low(PIN, LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	wr(INDEX_ID, 0x05000000);
	ioapic_model_reset(&ioapic);
	check_eq(u32, low(PIN), MASKED);
	check_eq(u32, rd(INDEX_ID), 0);
	set_low(PIN, LEVEL | VECTOR);
	check_eq(u32, sent, 2);
}

Test(ioapic, a_pin_that_does_not_exist_is_ignored)
{
	ioapic_model_set_irq(&ioapic, IOAPIC_MODEL_PINS, true);
	ioapic_model_set_irq(&ioapic, UINT32_MAX, true);
	check_eq(u32, sent, 0);
}

Test(ioapic, its_state_is_a_snapshot)
{
	struct ioapic_model_state kept;
	set_low(PIN, LEVEL | VECTOR);
	ioapic_model_set_irq(&ioapic, PIN, true);
	kept = ioapic.s;
	ioapic_model_reset(&ioapic);
	*(struct ioapic_model_state *)ioapic.dev.state = kept;
	check_eq(u32, low(PIN), REMOTE_IRR | LEVEL | VECTOR);
	ioapic_model_eoi(&ioapic, VECTOR);
	check_eq(u32, sent, 2);
	check_eq(sz, ioapic.dev.state_size, sizeof(struct ioapic_model_state));
}

/* Whatever is written, reads return 0 for reserved bits, and no loop is endless. */
Test(ioapic, random_garbage_leaves_a_sound_table)
{
	uint64_t seed = 0x5eed;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t r = random_next(&seed);
		unsigned width = 8u << (r >> 8 & 3);
		if (r & 1) ioapic_model_set_irq(&ioapic, (unsigned)(r >> 16 & 31), r >> 24 & 1);
		if (r & 2) ioapic_model_eoi(&ioapic, (uint8_t)(r >> 32));
		if (r & 4) wr((unsigned)(r >> 40 & 0x3f), (uint32_t)random_next(&seed));
		if (r & 8)
			bus_write(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + (r >> 48 & 0x4f), width,
				  random_next(&seed));
		if (r & 16) bus_read(&bus, BUS_MEMORY, IOAPIC_MODEL_BASE + (r >> 48 & 0x4f), width);
		refuse = r & 32;
	}
	for (unsigned pin = 0; pin < IOAPIC_MODEL_PINS; pin++) {
		check_eq(u32, low(pin) & 0xfffe0000, 0);
		check_eq(u32, rd(INDEX_TABLE + 2 * pin + 1) & 0x00ffffff, 0);
	}
	check(lints.n > 0);
	check(sent > 0);
}
