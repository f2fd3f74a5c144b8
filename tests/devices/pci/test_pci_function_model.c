/* SPDX-License-Identifier: MIT */
#include "tests/devices/pci/model_fixture.h"

enum { DEV = 2, MSI = 0x60, MSIX = 0x80 };
enum { MASTER = 4, INTX_DISABLE = 0x400, ENABLE = 1, GRANT_4 = 0x20 };

static struct pci_test_model t;

static void power_on(void)
{
	fixture_start(NULL);
	expect_fine(pci_test_model_init(&t, "t", &hub, &vclock, &host, DEV, 0));
}

static void program_msi(unsigned control)
{
	cfg_set(DEV, 0x04, 16, MASTER);
	cfg_set(DEV, MSI + 4, 32, 0xfee01000);
	cfg_set(DEV, MSI + 8, 32, 0);
	cfg_set(DEV, MSI + 12, 16, 0x4053);
	cfg_set(DEV, MSI + 2, 16, 0x184 | control);
}

TestSuite(pci_model_function, .init = power_on, .fini = fixture_stop, .timeout = 60);

Test(pci_model_function, powers_on_with_everything_off)
{
	check_eq(u32, cfg(DEV, 0x04, 32), 0x00100000);
	check_eq(u32, cfg(DEV, 0x3c, 16), 0x0100);
	check_eq(u32, cfg(DEV, 0x34, 8), 0x50);
	for (unsigned reg = 0x38; reg < 0x50; reg += 4)
		if (reg != 0x3c) check_eq(u32, cfg(DEV, reg, 32), 0);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_function, the_capability_list_ends_and_holds_what_it_should)
{
	unsigned at = cfg(DEV, 0x34, 8), n = 0;
	static const uint8_t ids[] = { 0x10, 0x05, 0x11 };

	for (; at && n < 8; n++, at = cfg(DEV, at + 1, 8)) {
		require(n < sizeof(ids));
		check_eq(u32, cfg(DEV, at, 8), ids[n]);
	}
	check_eq(u32, n, sizeof(ids));
}

Test(pci_model_function, identity_cannot_be_written)
{
	cfg_set(DEV, 0x00, 16, 0x1234);
	expect_lint("pci_test_config.VENDOR_ID.readonly");
	check_eq(u32, cfg(DEV, 0x00, 16), 0xb1e7);
}

Test(pci_model_function, reserved_command_bits_must_be_kept)
{
	cfg_set(DEV, 0x04, 16, 0x8000);
	expect_lint("pci_test_config.COMMAND.preserve");
	check_eq(u32, cfg(DEV, 0x04, 16), 0);
}

Test(pci_model_function, hardwired_command_bits_may_be_written_without_effect)
{
	cfg_set(DEV, 0x04, 16, 0x03ff);
	check_eq(u32, cfg(DEV, 0x04, 16), 0x0147);
	check_eq(u32, cfg(DEV, 0x06, 16), 0x0010);
}

Test(pci_model_function, status_errors_are_cleared_by_writing_ones_and_nothing_else_is)
{
	t.fn.dev.reg[PCI_MODEL_STATUS] |=
		PCI_MODEL_STATUS_MASTER_ABORT | PCI_MODEL_STATUS_INTERRUPT;
	cfg_set(DEV, 0x06, 16, 0);
	check_eq(u32, cfg(DEV, 0x06, 16), 0x2018);
	cfg_set(DEV, 0x06, 16, 0xf900);
	check_eq(u32, cfg(DEV, 0x06, 16), 0x0018);
}

Test(pci_model_function, an_unaligned_access_inside_a_doubleword_is_reported)
{
	point(0, DEV, 0, 0);
	(void)bus_read(&bus, BUS_PORT, 0xcfd, 16);
	expect_lint("pci_test_config.VENDOR_ID.misaligned");
}

/* ---- INTx# ---- */

Test(pci_model_function, intx_follows_the_condition_and_shows_in_status)
{
	pci_model_intx_set(&t.fn, true);
	check(pin_level[DEV][0]);
	check_eq(u32, cfg(DEV, 0x06, 16) & 8, 8);
	pci_model_intx_set(&t.fn, false);
	check(!pin_level[DEV][0]);
	check_eq(u32, cfg(DEV, 0x06, 16) & 8, 0);
}

Test(pci_model_function, interrupt_disable_masks_the_pin_but_not_the_status)
{
	pci_model_intx_set(&t.fn, true);
	cfg_set(DEV, 0x04, 16, INTX_DISABLE);
	check(!pin_level[DEV][0]);
	check_eq(u32, cfg(DEV, 0x06, 16) & 8, 8);
	cfg_set(DEV, 0x04, 16, 0);
	check(pin_level[DEV][0]);
}

Test(pci_model_function, a_shared_pin_is_asserted_while_any_function_asserts_it)
{
	static struct pci_test_model u;

	expect_fine(pci_test_model_init(&u, "u", &hub, &vclock, &host, DEV, 1));
	pci_model_intx_set(&t.fn, true);
	pci_model_intx_set(&u.fn, true);
	pci_model_intx_set(&t.fn, false);
	check(pin_level[DEV][0]);
	pci_model_intx_set(&u.fn, false);
	check(!pin_level[DEV][0]);
}

Test(pci_model_function, reset_releases_the_wire)
{
	pci_model_intx_set(&t.fn, true);
	pci_model_function_reset(&t.fn);
	check(!pin_level[DEV][0]);
}

/* ---- MSI ---- */

Test(pci_model_function, msi_writes_its_message)
{
	program_msi(ENABLE);
	pci_model_msi_send(&t.fn, 0);
	require_eq(u32, n_messages, 1);
	check_eq(u64, message_addr[0], 0xfee01000);
	check_eq(u32, message_data[0], 0x4053);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_function, msi_vectors_are_reduced_to_those_granted)
{
	program_msi(ENABLE);
	pci_model_msi_send(&t.fn, 3);
	check_eq(u32, message_data[0], 0x4053);
	program_msi(ENABLE | GRANT_4);
	cfg_set(DEV, MSI + 12, 16, 0x4050);
	pci_model_msi_send(&t.fn, 3);
	check_eq(u32, message_data[1], 0x4053);
}

Test(pci_model_function, msi_disables_the_pin)
{
	pci_model_intx_set(&t.fn, true);
	program_msi(ENABLE);
	check(!pin_level[DEV][0]);
	program_msi(0);
	check(pin_level[DEV][0]);
}

Test(pci_model_function, a_disabled_msi_sends_nothing)
{
	program_msi(0);
	pci_model_msi_send(&t.fn, 0);
	check_eq(u32, n_messages, 0);
	check_eq(u32, cfg(DEV, MSI + 20, 32), 0);
}

Test(pci_model_function, a_masked_vector_is_pending_until_unmasked)
{
	program_msi(ENABLE | GRANT_4);
	cfg_set(DEV, MSI + 16, 32, 0x6);
	pci_model_msi_send(&t.fn, 1);
	pci_model_msi_send(&t.fn, 1);
	pci_model_msi_send(&t.fn, 2);
	check_eq(u32, n_messages, 0);
	check_eq(u32, cfg(DEV, MSI + 20, 32), 0x6);
	pci_model_msi_withdraw(&t.fn, 2);
	cfg_set(DEV, MSI + 16, 32, 0);
	check_eq(u32, n_messages, 1);
	check_eq(u32, message_data[0], 0x4051);
	check_eq(u32, cfg(DEV, MSI + 20, 32), 0);
}

Test(pci_model_function, a_message_needs_bus_mastering)
{
	program_msi(ENABLE);
	cfg_set(DEV, 0x04, 16, 0);
	pci_model_msi_send(&t.fn, 0);
	check_eq(u32, n_messages, 0);
	expect_lint("pci_test.bus-master");
}

Test(pci_model_function, a_message_to_nowhere_is_reported)
{
	program_msi(ENABLE);
	cfg_set(DEV, MSI + 4, 32, 0xc0000000);
	pci_model_msi_send(&t.fn, 0);
	expect_lint("pci_test.message-nowhere");
}

Test(pci_model_function, more_vectors_than_asked_for_are_reported)
{
	program_msi(ENABLE | 0x30);
	expect_lint("pci_test_config.MSI_CONTROL.vectors");
	program_msi(ENABLE | 0x70);
	check_eq(u32, lints.n, 2);
	pci_model_msi_send(&t.fn, 3);
	check_eq(u32, message_data[0], 0x4053);
}

Test(pci_model_function, msi_and_msix_together_are_reported)
{
	cfg_set(DEV, MSIX + 2, 16, 0x8003);
	program_msi(ENABLE);
	expect_lint("pci_test_config.MSI_CONTROL.both");
}
