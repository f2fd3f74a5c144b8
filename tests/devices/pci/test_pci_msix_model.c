/* SPDX-License-Identifier: MIT */
#include "tests/devices/pci/model_fixture.h"

enum { DEV = 2, MSIX = 0x80, ENABLE = 0x8000, FUNCTION_MASK = 0x4000 };
enum { MEMORY = 2, MASTER = 4 };
#define TABLE UINT64_C(0xc0010000)
#define PBA   (TABLE + PCI_TEST_MODEL_MSIX_PBA)

static struct pci_test_model t;

static void control(unsigned bits) { cfg_set(DEV, MSIX + 2, 16, bits); }

static void power_on(void)
{
	fixture_start(NULL);
	expect_fine(pci_test_model_init(&t, "t", &hub, &vclock, &host, DEV, 0));
	cfg_set(DEV, 0x10, 32, 0xc0000000);
	cfg_set(DEV, 0x18, 32, 0xc0001000);
	cfg_set(DEV, 0x20, 32, TABLE);
	cfg_set(DEV, 0x04, 16, MEMORY | MASTER);
	for (unsigned i = 0; i < PCI_TEST_MODEL_N_VECTORS; i++) {
		mem_wr(TABLE + 16 * i, 0xfee00000);
		mem_wr(TABLE + 16 * i + 8, 0x60 + i);
	}
}

static void unmask(unsigned n, bool on) { mem_wr(TABLE + 16 * n + 12, !on); }

TestSuite(pci_model_msix, .init = power_on, .fini = fixture_stop, .timeout = 60);

Test(pci_model_msix, the_capability_says_where_table_and_pending_bits_are)
{
	check_eq(u32, cfg(DEV, MSIX + 2, 16), PCI_TEST_MODEL_N_VECTORS - 1);
	check_eq(u32, cfg(DEV, MSIX + 4, 32), 4);
	check_eq(u32, cfg(DEV, MSIX + 8, 32), PCI_TEST_MODEL_MSIX_PBA | 4);
	expect_table(pci_test_msix_regs, PCI_MODEL_MSIX_TABLE_N_ROWS,
		     PCI_MODEL_MSIX_TABLE_SLOTS(PCI_TEST_MODEL_N_VECTORS));
}

Test(pci_model_msix, every_entry_begins_masked)
{
	for (unsigned i = 0; i < PCI_TEST_MODEL_N_VECTORS; i++)
		check_eq(u32, mem_rd(TABLE + 16 * i + 12), 1);
	control(ENABLE);
	pci_model_msix_send(&t.msix, 0);
	check_eq(u32, n_messages, 0);
	check_eq(u32, mem_rd(PBA), 1);
}

Test(pci_model_msix, each_entry_has_its_message)
{
	control(ENABLE);
	for (unsigned i = 0; i < PCI_TEST_MODEL_N_VECTORS; i++) unmask(i, true);
	pci_model_msix_send(&t.msix, 3);
	pci_model_msix_send(&t.msix, 1);
	check_eq(u32, n_messages, 2);
	check_eq(u32, message_data[0], 0x63);
	check_eq(u32, message_data[1], 0x61);
	check_eq(u64, message_addr[0], 0xfee00000);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_msix, unmasking_sends_what_is_pending_once)
{
	control(ENABLE);
	pci_model_msix_send(&t.msix, 2);
	pci_model_msix_send(&t.msix, 2);
	unmask(2, true);
	check_eq(u32, n_messages, 1);
	check_eq(u32, message_data[0], 0x62);
	check_eq(u32, mem_rd(PBA), 0);
}

Test(pci_model_msix, the_function_mask_holds_all)
{
	control(ENABLE | FUNCTION_MASK);
	unmask(0, true);
	unmask(1, true);
	pci_model_msix_send(&t.msix, 0);
	pci_model_msix_send(&t.msix, 1);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, PBA, 64), 3);
	pci_model_msix_withdraw(&t.msix, 0);
	control(ENABLE);
	check_eq(u32, n_messages, 1);
	check_eq(u32, message_data[0], 0x61);
}

Test(pci_model_msix, while_disabled_nothing_is_sent_or_pending)
{
	unmask(0, true);
	pci_model_msix_send(&t.msix, 0);
	check_eq(u32, n_messages, 0);
	check_eq(u32, mem_rd(PBA), 0);
	pci_model_msix_send(&t.msix, 4000);
	pci_model_msix_withdraw(&t.msix, 4000);
}

Test(pci_model_msix, enabling_disables_the_pin)
{
	pci_model_intx_set(&t.fn, true);
	control(ENABLE);
	check(!pin_level[DEV][0]);
	control(0);
	check(pin_level[DEV][0]);
}

Test(pci_model_msix, an_entry_may_be_written_by_quadwords_but_not_by_bytes)
{
	bus_write(&bus, BUS_MEMORY, TABLE, 64, UINT64_C(0x1fee02000));
	check_eq(u64, bus_read(&bus, BUS_MEMORY, TABLE, 64), UINT64_C(0x1fee02000));
	check_eq(u32, lints.n, 0);
	bus_write(&bus, BUS_MEMORY, TABLE + 8, 8, 1);
	expect_lint("pci_test_msix.MSG_DATA.width");
	(void)bus_read(&bus, BUS_MEMORY, TABLE + 4, 64);
	expect_lint("pci_test_msix.MSG_UPPER_ADDR.width");
}

Test(pci_model_msix, pending_bits_must_not_be_written)
{
	mem_wr(PBA, 0);
	expect_lint("pci_test_msix.PENDING.readonly");
}

Test(pci_model_msix, changing_an_unmasked_entry_is_reported)
{
	unmask(0, true);
	mem_wr(TABLE + 8, 0x70);
	check_eq(u32, lints.n, 0, "not enabled yet");
	control(ENABLE);
	mem_wr(TABLE + 8, 0x70);
	check_eq(u32, lints.n, 0, "the same value");
	mem_wr(TABLE + 8, 0x71);
	expect_lint("pci_test_msix.MSG_DATA.live-entry");
	mem_wr(TABLE, 0xfee01000);
	expect_lint("pci_test_msix.MSG_ADDR.live-entry");
	mem_wr(TABLE + 4, 1);
	expect_lint("pci_test_msix.MSG_UPPER_ADDR.live-entry");
	check_eq(u32, lints.n, 3);
	mem_wr(TABLE + 16 + 8, 0x71);
	check_eq(u32, lints.n, 3, "a masked one may change");
}

Test(pci_model_msix, reserved_bits_are_reported)
{
	mem_wr(TABLE, 0xfee00001);
	expect_lint("pci_test_msix.MSG_ADDR.reserved");
	mem_wr(TABLE + 12, 0x3);
	expect_lint("pci_test_msix.VECTOR_CONTROL.preserve");
}

Test(pci_model_msix, outside_of_the_structures_there_is_nothing)
{
	check_eq(u32, mem_rd(TABLE + 16 * PCI_TEST_MODEL_N_VECTORS), 0xffffffff);
	expect_lint("pci_test_msix.no-register");
}
