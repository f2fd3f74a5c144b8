/* SPDX-License-Identifier: MIT */
#include "bimetal/pci.h"

#include "tests/devices/pci/bridge_fixture.h"
#include "tests/devices/pci/driver_fixture.h"
#include "tests/unit/emu/random.h"

enum { BRIDGE = 4, BEHIND = 1 };

static struct pci_test_model test, other, behind;
static struct pci_place at;

static void set_up(void)
{
	pci_power_on();
	at = add_test(&test, TEST_DEVICE, 0);
	recorder_clear(&rec);
}

TestSuite(pci_function, .init = set_up, .fini = host_power_off, .timeout = 60);

static void add_bridge(uint8_t secondary, uint8_t subordinate)
{
	struct pci_model_function_config config = { .ops = &bridge_ops,
						    .instance = "bridge",
						    .device = BRIDGE };
	static struct pci_model_host elsewhere;

	pci_model_function_init(&bridge, &config, &hub, bridge_slots, bridge_slots,
				sizeof(bridge_slots));
	expect_fine(pci_model_host_add(&host, &bridge));
	elsewhere = host;
	elsewhere.n_functions = 0;
	expect_fine(pci_test_model_init(&behind, "behind", &hub, &vclock, &elsewhere, BEHIND, 0));
	behind.fn.config.bridge = &bridge;
	expect_fine(pci_model_host_add(&host, &behind.fn));
	bridge.dev.reg[PCI_MODEL_SECONDARY_BUS] = secondary;
	bridge.dev.reg[PCI_MODEL_SUBORDINATE_BUS] = subordinate;
}

/* Walks all functions; returns their number, and keeps the first ones. */
static struct pci_function found[64];

static unsigned walk_all(const struct pci *pci)
{
	struct pci_function f;
	struct pci_walk walk;
	unsigned n = 0;
	enum pci_status status = pci_walk(pci, &walk);
	while (!status && (status = pci_walk_next(&walk, &f)) == PCI_OK) {
		if (n < 64) found[n] = f;
		n++;
	}
	check_eq(int, status, PCI_END);
	check_eq(int, pci_walk_next(&walk, &f), PCI_END, "and stays there");
	return n;
}

Test(pci_function, its_header_says_what_it_is)
{
	struct pci_function f;
	require_eq(int, pci_look(&ports, at, &f), PCI_OK);
	check_eq(u16, f.vendor, PCI_TEST_MODEL_VENDOR);
	check_eq(u16, f.device, PCI_TEST_MODEL_DEVICE);
	check(f.class == 0xff && f.subclass == 0 && f.interface == 0 && f.revision == 1);
	check(f.header == PCI_HEADER_NORMAL && f.secondary == 0);
	check(!f.several);
	check_eq(u8, f.place.device, TEST_DEVICE);
	check_eq(int, pci_look(&ports, (struct pci_place){ 0 }, &f), PCI_ABSENT);
	check_eq(int, pci_look(&ports, (struct pci_place){ .device = 32 }, &f), PCI_BAD_ARG);
	check_eq(int, pci_look(NULL, at, &f), PCI_NULL);
	check_eq(int, pci_look(&ports, at, NULL), PCI_NULL);
}

Test(pci_function, an_empty_bus_has_none)
{
	bus_unmap(&bus, BUS_PORT, &host.dev);
	bus_unmap(&bus, BUS_MEMORY, &host.ecam);
	recorder_expect_no_lint(&rec, NULL, NULL);
	check_eq(u32, walk_all(&ports), 0);
	check_eq(u32, walk_all(&ecam), 0);
}

Test(pci_function, functions_above_0_are_looked_for_only_where_there_are_several)
{
	(void)add_test(&other, TEST_DEVICE, 3);
	require_eq(u32, walk_all(&ports), 1);
	recorder_clear(&rec);
	test.fn.dev.reg[PCI_MODEL_HEADER_TYPE] = 0x80;
	require_eq(u32, walk_all(&ports), 2);
	check(found[0].several && found[0].place.function == 0);
	check(found[1].place.device == TEST_DEVICE && found[1].place.function == 3);
	require_eq(u32, walk_all(&ecam), 2);
}

Test(pci_function, those_behind_bridges_are_found)
{
	add_bridge(2, 3);
	require_eq(u32, walk_all(&ports), 3);
	check(found[0].header == PCI_HEADER_BRIDGE && found[0].secondary == 2);
	check_eq(u8, found[2].place.bus, 2);
	check_eq(u8, found[2].place.device, BEHIND);
	check_eq(u16, found[2].vendor, PCI_TEST_MODEL_VENDOR);
	check_eq(u32, walk_all(&ecam), 3);
}

Test(pci_function, a_bridge_without_numbers_leads_nowhere)
{
	add_bridge(0, 0);
	check_eq(u32, walk_all(&ports), 2);
	bridge.dev.reg[PCI_MODEL_SECONDARY_BUS] = ECAM_BUSES; /* beyond the mapped buses */
	check_eq(u32, walk_all(&ecam), 2);
}

Test(pci_function, bridges_in_a_loop_end_the_walk)
{
	static struct liar liar;
	struct pci pci;
	(void)add_liar(&liar, &pci, LIAR_BASE, 4 << 20);
	pci.last = LIAR_BUS + 3;
	liar_set(&liar, PCI_HEADER, 8, 0x81);
	liar_set(&liar, PCI_SECONDARY, 8, LIAR_BUS); /* itself */
	check_eq(u32, walk_all(&pci), 256);
	liar_set(&liar, PCI_SECONDARY, 8, LIAR_BUS + 3);
	check_eq(u32, walk_all(&pci), 512);
	liar_set(&liar, PCI_SECONDARY, 8, LIAR_BUS + 4);
	check_eq(u32, walk_all(&pci), 256);
	check_eq(u32, liar.writes, 0);
}

Test(pci_function, a_walk_refuses_null)
{
	struct pci_walk walk;
	check_eq(int, pci_walk(NULL, &walk), PCI_NULL);
	check_eq(int, pci_walk(&ports, NULL), PCI_NULL);
	check_eq(int, pci_walk_next(NULL, &found[0]), PCI_NULL);
	check_eq(int, pci_walk_next(&walk, NULL), PCI_NULL);
}

/* ---- command and status ---- */

Test(pci_function, command_is_changed_by_16_bits_and_status_never_written)
{
	test.fn.dev.reg[PCI_MODEL_STATUS] |= PCI_MODEL_STATUS_MASTER_ABORT;
	require_eq(int, pci_command(&ecam, at, 0, PCI_COMMAND_SERR | PCI_COMMAND_MASTER), PCI_OK);
	check_eq(str, rec.trace, "VENDOR_ID?b1e7 COMMAND?0000 COMMAND=0104 ");
	require_eq(int, pci_command(&ecam, at, PCI_COMMAND_MASTER, PCI_COMMAND_INTX_OFF), PCI_OK);
	check_eq(u64, test.fn.dev.reg[PCI_MODEL_COMMAND], 0x0500);
	check_eq(u64, test.fn.dev.reg[PCI_MODEL_STATUS], 0x2010);
}

Test(pci_function, command_keeps_what_is_not_asked_for)
{
	static struct liar liar;
	struct pci pci;
	uint64_t seed = 2;
	struct pci_place place = add_liar(&liar, &pci, LIAR_BASE, LIAR_PAGE);
	liar_keep(&liar, PCI_COMMAND, 16, 0xffff);
	for (unsigned i = 0; i < 200; i++) {
		uint16_t garbage = (uint16_t)random_next(&seed), value = 0;
		uint16_t clear = random_next(&seed) & 0x77f, set = random_next(&seed) & 0x77f;
		liar_set(&liar, PCI_COMMAND, 16, garbage);
		require_eq(int, pci_command(&pci, place, clear, set), PCI_OK);
		require_eq(int, pci_read16(&pci, place, PCI_COMMAND, &value), PCI_OK);
		require_eq(u16, value, (uint16_t)((garbage & ~clear) | set));
	}
}

Test(pci_function, errors_are_cleared_by_name)
{
	uint16_t status = 0;
	test.fn.dev.reg[PCI_MODEL_STATUS] |= PCI_STATUS_ERRORS;
	require_eq(int, pci_status(&ports, at, &status), PCI_OK);
	check_eq(u16, status, 0xf910);
	require_eq(int, pci_clear_errors(&ports, at, 0x2000), PCI_OK);
	require_eq(int, pci_status(&ports, at, &status), PCI_OK);
	check_eq(u16, status, 0xd910);
	check_eq(int, pci_clear_errors(&ports, at, 0x0010), PCI_BAD_ARG);
}

Test(pci_function, impossible_arguments_are_refused)
{
	uint16_t status;
	struct pci_place none = { .device = 3 }, bad = { .device = 32 };
	check_eq(int, pci_command(NULL, at, 0, 0), PCI_NULL);
	check_eq(int, pci_command(&ports, at, 0, 0x800), PCI_BAD_ARG);
	check_eq(int, pci_command(&ports, at, 0x80, 0), PCI_BAD_ARG);
	check_eq(int, pci_command(&ports, bad, 0, 0), PCI_BAD_ARG);
	check_eq(int, pci_command(&ports, none, 0, 1), PCI_ABSENT);
	check_eq(int, pci_status(&ports, at, NULL), PCI_NULL);
	check_eq(int, pci_status(&ports, bad, &status), PCI_BAD_ARG);
	check_eq(int, pci_status(&ports, none, &status), PCI_ABSENT);
	check_eq(int, pci_clear_errors(NULL, at, 0), PCI_NULL);
	check_eq(int, pci_clear_errors(&ports, bad, 0), PCI_BAD_ARG);
	check_eq(int, pci_clear_errors(&ports, none, 0x2000), PCI_ABSENT);
}
