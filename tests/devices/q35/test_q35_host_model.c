/* SPDX-License-Identifier: MIT */
#include "devices/q35/host_model.h"
#include "tests/devices/pci/model_fixture.h"

enum { PCIEXBAR = 0x60, PAM0 = 0x90, SMRAM = 0x9d, ESMRAMC = 0x9e };

static struct q35_host_model q35;

static void power_on(void)
{
	fixture_start(NULL);
	expect_fine(q35_host_model_init(&q35, "mch", &hub, &host));
}

TestSuite(q35_host, .init = power_on, .fini = fixture_stop, .timeout = 60);

Test(q35_host, the_table_is_sound_and_has_no_holes)
{
	expect_table(q35_host_regs, Q35_N_REGS, Q35_N_SLOTS);
	expect_whole(&q35.fn.dev, PCI_MODEL_CONFIG_SIZE);
}

Test(q35_host, is_the_host_bridge)
{
	check_eq(u32, cfg(0, 0x00, 32), 0x29c08086);
	check_eq(u32, cfg(0, 0x04, 32), 0x00900006);
	check_eq(u32, cfg(0, 0x08, 32), 0x06000000);
	check_eq(u32, cfg(0, 0x0e, 8), 0);
	for (unsigned reg = 0x10; reg < 0x28; reg += 4) {
		cfg_set(0, reg, 32, 0xffffffff);
		check_eq(u32, cfg(0, reg, 32), 0);
	}
	check_eq(u32, lints.n, 0);
}

Test(q35_host, every_doubleword_reads_without_a_lint)
{
	for (unsigned reg = 0; reg < 0x100; reg += 4) (void)cfg(0, reg, 32);
	for (unsigned reg = 0; reg < 0x100; reg += 2) (void)cfg(0, reg, 16);
	for (unsigned reg = 0; reg < 0x100; reg++) (void)cfg(0, reg, 8);
	check_eq(u32, lints.n, 0, "%s", lints.last);
}

Test(q35_host, what_is_read_may_be_written_back)
{
	for (unsigned reg = 0x40; reg < 0x98; reg += 4) {
		if (reg >= 0x50 && reg < 0x58) continue; /* read-only */
		cfg_set(0, reg, 32, cfg(0, reg, 32));
	}
	check_eq(u32, lints.n, 0, "%s", lints.last);
}

Test(q35_host, pciexbar_places_ecam)
{
	cfg_set(0, PCIEXBAR, 32, 0xb0000001);
	check_eq(u32, mem_rd(0xb0000000), 0x29c08086);
	check_ne(ptr, bus_find(&bus, BUS_MEMORY, 0xbfffffff), NULL);
	cfg_set(0, PCIEXBAR, 32, 0xb4000005); /* 64 MiB */
	check_eq(u32, mem_rd(0xb4000000), 0x29c08086);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xb0000000), NULL);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xb8000000), NULL);
	cfg_set(0, PCIEXBAR, 32, 0xb0000000);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xb4000000), NULL);
	check_eq(u32, lints.n, 0);
}

Test(q35_host, ecam_may_lie_above_4_gib)
{
	cfg_set(0, PCIEXBAR + 4, 32, 0x9);
	cfg_set(0, PCIEXBAR, 32, 0xe0000001);
	check_eq(u32, mem_rd(UINT64_C(0x9e0000000)), 0x29c08086);
}

Test(q35_host, the_base_is_a_multiple_of_the_size)
{
	cfg_set(0, PCIEXBAR, 32, 0xbc000001);
	check_eq(u32, mem_rd(0xb0000000), 0x29c08086);
}

Test(q35_host, ecam_over_memory_or_of_a_reserved_length_is_reported)
{
	cfg_set(0, PCIEXBAR, 32, 0x00000001);
	expect_lint("q35_host.PCIEXBAR.placement");
	cfg_set(0, PCIEXBAR, 32, 0xb0000007);
	expect_lint("q35_host.PCIEXBAR.length");
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xb0000000), NULL);
	cfg_set(0, PCIEXBAR, 32, 0xb0000009);
	expect_lint("q35_host.PCIEXBAR.preserve");
}

Test(q35_host, reset_closes_ecam)
{
	cfg_set(0, PCIEXBAR, 32, 0xb0000001);
	q35_host_model_reset(&q35);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xb0000000), NULL);
	check_eq(u32, cfg(0, PCIEXBAR, 32), 0xe0000000);
}

Test(q35_host, after_a_copy_of_states_ecam_is_where_the_register_says)
{
	static struct q35_host_model_state saved;

	cfg_set(0, PCIEXBAR, 32, 0xb0000001);
	saved = q35.s;
	cfg_set(0, PCIEXBAR, 32, 0xf0000001);
	q35.s = saved;
	q35_host_model_settle(&q35);
	pci_model_host_settle(&host);
	check_eq(u32, mem_rd(0xb0000000), 0x29c08086);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xf0000000), NULL);
}

Test(q35_host, changing_pam_is_reported_as_not_modelled)
{
	cfg_set(0, PAM0, 8, 0x00);
	check_eq(u32, lints.n, 0);
	cfg_set(0, PAM0, 8, 0x30);
	expect_lint("q35_host.PAM.remap");
	check_eq(u32, lints.severity, LINT_NOT_MODELLED);
	check_eq(u32, cfg(0, PAM0, 8), 0x30);
	cfg_set(0, PAM0, 8, 0x33);
	check_eq(u32, lints.n, 3); /* PAM0 has no lower half */
	cfg_set(0, PAM0 + 1, 8, 0x44);
	expect_lint("q35_host.PAM.preserve");
}

Test(q35_host, enabling_missing_features_is_reported)
{
	cfg_set(0, SMRAM, 8, 0x4a);
	expect_lint("q35_host.SMRAM.enable");
	cfg_set(0, ESMRAMC, 8, 0x39);
	expect_lint("q35_host.ESMRAMC.enable");
	cfg_set(0, 0x48, 32, 0xfed10001);
	expect_lint("q35_host.MCHBAR.enable");
	cfg_set(0, 0x68, 32, 0xfed18001);
	expect_lint("q35_host.DMIBAR.enable");
	cfg_set(0, 0x40, 32, 0xfed19001);
	expect_lint("q35_host.PXPEPBAR.enable");
	check_eq(u32, lints.n, 5);
}

Test(q35_host, the_top_of_memory_is_the_machines)
{
	check_eq(u32, cfg(0, 0xa0, 16), 1);       /* 64 MiB, rounded up */
	check_eq(u32, cfg(0, 0xb0, 16), 16 << 4); /* 16 MiB */
	check_eq(u32, cfg(0, 0xa2, 16), 16);
}
