/* SPDX-License-Identifier: MIT */
#include "bimetal/pci_capability.h"

#include "tests/devices/pci/driver_fixture.h"
#include "tests/unit/emu/random.h"

static struct pci_test_model test;
static struct pci_place at;
static struct liar liar;
static struct pci lying;
static struct pci_place lie;

static void set_up(void)
{
	pci_power_on();
	at = add_test(&test, TEST_DEVICE, 0);
	lie = add_liar(&liar, &lying, LIAR_BASE, LIAR_PAGE);
	liar_set(&liar, PCI_STATUS, 16, PCI_STATUS_CAPABILITIES);
	liar_set(&liar, PCI_CAPABILITIES, 8, 0x40);
	recorder_clear(&rec);
}

TestSuite(pci_capability, .init = set_up, .fini = host_power_off, .timeout = 60);

static struct pci_capability found[2048];

/* Walks the whole list; returns the number of entries, and how it ended. */
static unsigned take_all(const struct pci *pci, struct pci_place place, bool extended,
			 enum pci_status *end)
{
	struct pci_list list;
	unsigned n = 0;
	*end = pci_list(pci, place, extended, &list);
	while (*end == PCI_OK) {
		require(n < 2048);
		*end = pci_list_next(&list, &found[n]);
		if (*end == PCI_OK) n++;
	}
	return n;
}

static void expect_end(bool extended, unsigned n, enum pci_status status)
{
	enum pci_status end;
	check_eq(u32, take_all(&lying, lie, extended, &end), n);
	check_eq(int, end, status);
	check_eq(u32, liar.writes, 0);
}

Test(pci_capability, the_list_is_walked)
{
	enum pci_status end;
	require_eq(u32, take_all(&ports, at, false, &end), 3);
	check_eq(int, end, PCI_END);
	check(found[0].id == PCI_CAPABILITY_EXPRESS && found[0].at == 0x50);
	check(found[1].id == PCI_CAPABILITY_MSI && found[1].at == 0x60);
	check(found[2].id == PCI_CAPABILITY_MSIX && found[2].at == 0x80);
	check(PCI_CAPABILITY_POWER == 1 && PCI_CAPABILITY_VENDOR == 9);
	require_eq(u32, take_all(&ecam, at, true, &end), 1);
	check(found[0].id == 3 && found[0].at == 0x100 && found[0].version == 1);
}

Test(pci_capability, is_found_by_its_id)
{
	struct pci_capability c = { 0 };
	require_eq(int, pci_find(&ports, at, false, PCI_CAPABILITY_MSIX, &c), PCI_OK);
	check_eq(u16, c.at, 0x80);
	check_eq(int, pci_find(&ports, at, false, PCI_CAPABILITY_POWER, &c), PCI_NOT_FOUND);
	require_eq(int, pci_find(&ecam, at, true, 3, &c), PCI_OK);
	check_eq(u16, c.at, 0x100);
	check_eq(int, pci_find(&ecam, at, true, 4, &c), PCI_NOT_FOUND);
	check_eq(u16, c.at, 0x100, "as it was");
}

Test(pci_capability, status_says_whether_there_is_a_list)
{
	liar_set(&liar, PCI_STATUS, 16, 0);
	expect_end(false, 0, PCI_END);
}

Test(pci_capability, reserved_bits_of_pointers_do_not_count)
{
	liar_set(&liar, PCI_CAPABILITIES, 8, 0x43);
	liar_set(&liar, 0x40, 16, 0x5201);
	liar_set(&liar, 0x50, 16, 0x0309);
	expect_end(false, 2, PCI_END);
	check(found[0].at == 0x40 && found[1].at == 0x50 && found[1].id == 9);
}

Test(pci_capability, a_list_that_loops_ends)
{
	liar_set(&liar, 0x40, 16, 0x4001);
	expect_end(false, 48, PCI_BROKEN);
	liar_set(&liar, 0x40, 16, 0x8001);
	liar_set(&liar, 0x80, 16, 0x4001);
	expect_end(false, 48, PCI_BROKEN);
	struct pci_capability c;
	check_eq(int, pci_find(&lying, lie, false, 5, &c), PCI_BROKEN);
	check_eq(int, pci_find(&lying, lie, false, 1, &c), PCI_OK);
}

Test(pci_capability, a_list_as_long_as_the_space_is_whole)
{
	for (unsigned i = 0x40; i < 0x100; i += 4)
		liar_set(&liar, i, 16, ((i + 4) & 0xff) << 8 | 9);
	expect_end(false, 48, PCI_END);
}

Test(pci_capability, a_pointer_into_the_header_is_broken)
{
	liar_set(&liar, PCI_CAPABILITIES, 8, 0x3c);
	expect_end(false, 0, PCI_BROKEN);
	liar_set(&liar, PCI_CAPABILITIES, 8, 0x40);
	liar_set(&liar, 0x40, 16, 0x0401);
	expect_end(false, 1, PCI_BROKEN);
	liar_set(&liar, 0x40, 16, 0xfcff);
	expect_end(false, 0, PCI_BROKEN);
}

Test(pci_capability, a_cardbus_bridge_has_its_list_elsewhere)
{
	liar_set(&liar, PCI_HEADER, 8, PCI_HEADER_CARDBUS);
	liar_set(&liar, PCI_CARDBUS_CAPABILITIES, 8, 0x60);
	liar_set(&liar, 0x60, 16, 0x0001);
	expect_end(false, 1, PCI_END);
	check_eq(u16, found[0].at, 0x60);
}

Test(pci_capability, extended_lists_have_bounds_too)
{
	liar_set(&liar, 0x100, 32, 0);
	expect_end(true, 0, PCI_END);
	liar_set(&liar, 0x100, 32, UINT32_MAX);
	expect_end(true, 0, PCI_END);
	liar_set(&liar, 0x100, 32, 0x10010001); /* itself */
	expect_end(true, 960, PCI_BROKEN);
	liar_set(&liar, 0x100, 32, 0xffd10001); /* the last doubleword; lower bits reserved */
	liar_set(&liar, 0xffc, 32, 0x00020002);
	expect_end(true, 2, PCI_END);
	check(found[1].at == 0xffc && found[1].version == 2);
	liar_set(&liar, 0x100, 32, 0x0fc10001); /* into the lower space */
	expect_end(true, 1, PCI_BROKEN);
	liar_set(&liar, 0x100, 32, 0xff010001);
	liar_set(&liar, 0xff0, 32, UINT32_MAX);
	expect_end(true, 1, PCI_BROKEN);
}

Test(pci_capability, garbage_ends)
{
	uint64_t seed = 6;
	for (unsigned i = 0; i < 300; i++) {
		enum pci_status end;
		for (unsigned b = 0x34; b < PCI_EXTENDED_SPACE; b++)
			liar.bytes[b] = (uint8_t)random_next(&seed);
		require_le(u32, take_all(&lying, lie, false, &end), 48);
		require(end == PCI_END || end == PCI_BROKEN);
		require_le(u32, take_all(&lying, lie, true, &end), 960);
		require(end == PCI_END || end == PCI_BROKEN);
	}
}

Test(pci_capability, impossible_arguments_are_refused)
{
	struct pci_list list;
	struct pci_capability c;
	struct pci_place none = { .device = 3 }, bad = { .device = 32 };
	check_eq(int, pci_list(NULL, at, false, &list), PCI_NULL);
	check_eq(int, pci_list(&ports, at, false, NULL), PCI_NULL);
	check_eq(int, pci_list(&ports, bad, false, &list), PCI_BAD_ARG);
	check_eq(int, pci_list(&ports, none, false, &list), PCI_ABSENT);
	check_eq(int, pci_list(&ports, at, true, &list), PCI_LACKS);
	check_eq(int, pci_list_next(NULL, &c), PCI_NULL);
	check_eq(int, pci_list_next(&list, NULL), PCI_NULL);
	check_eq(int, pci_find(&ports, at, false, 5, NULL), PCI_NULL);
	check_eq(int, pci_find(NULL, at, false, 5, &c), PCI_NULL);
	check_eq(int, pci_find(&ports, none, false, 5, &c), PCI_ABSENT);
}
