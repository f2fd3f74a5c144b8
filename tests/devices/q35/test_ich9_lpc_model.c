/* SPDX-License-Identifier: MIT */
#include "devices/q35/ich9_lpc_model.h"
#include "tests/devices/pci/model_fixture.h"

enum { LPC = 31, PMBASE = 0x40, ACPI_CNTL = 0x44, PIRQA = 0x60, PIRQE = 0x68, RCBA = 0xf0 };
#define RCRB UINT64_C(0xfed1c000)

static struct ich9_lpc_model lpc;
static struct pirq_router_model router;
static uint16_t pm_base;
static bool pm_enabled, hpet_enabled, ioapic_on;
static uint64_t hpet_base;
static unsigned sci, pm_moves;

static void pm_moved(void *ctx, uint16_t base, bool enabled)
{
	(void)ctx;
	pm_moves++;
	pm_base = base;
	pm_enabled = enabled;
}

static void sci_routed(void *ctx, unsigned irq) { (void)ctx, sci = irq; }

static void hpet_moved(void *ctx, uint64_t base, bool enabled)
{
	(void)ctx;
	hpet_base = base;
	hpet_enabled = enabled;
}

static void ioapic_enabled(void *ctx, bool enabled) { (void)ctx, ioapic_on = enabled; }

static void power_on(void)
{
	struct pirq_router_model_wiring none = { 0 };
	struct ich9_lpc_model_wiring wire = { .router = &router,
					      .pm_moved = pm_moved,
					      .sci_routed = sci_routed,
					      .hpet_moved = hpet_moved,
					      .ioapic_enabled = ioapic_enabled };

	fixture_start(NULL);
	pirq_router_model_init(&router, &none);
	expect_fine(ich9_lpc_model_init(&lpc, "lpc", &hub, &host, &wire));
}

TestSuite(ich9_lpc, .init = power_on, .fini = fixture_stop, .timeout = 60);

Test(ich9_lpc, the_tables_are_sound_and_configuration_space_has_no_holes)
{
	expect_table(ich9_lpc_regs, ICH9_N_REGS, ICH9_LPC_MODEL_N_SLOTS);
	expect_table(ich9_rcrb_regs, ICH9_RCRB_N_REGS, ICH9_RCRB_N_REGS);
	expect_whole(&lpc.fn.dev, PCI_MODEL_CONFIG_SIZE);
}

Test(ich9_lpc, is_the_isa_bridge_of_a_device_with_several_functions)
{
	check_eq(u32, cfg(LPC, 0x00, 32), 0x29188086);
	check_eq(u32, cfg(LPC, 0x08, 32), 0x06010002);
	check_eq(u32, cfg(LPC, 0x0e, 8), 0x80);
	check_eq(u32, cfg(LPC, 0x3d, 8), 0);
}

Test(ich9_lpc, every_register_reads_without_a_lint)
{
	for (unsigned reg = 0; reg < 0x100; reg += 4) (void)cfg(LPC, reg, 32);
	for (unsigned reg = 0; reg < 0x100; reg += 2) (void)cfg(LPC, reg, 16);
	for (unsigned reg = 0; reg < 0x100; reg++) (void)cfg(LPC, reg, 8);
	check_eq(u32, lints.n, 0, "%s", lints.last);
}

Test(ich9_lpc, pmbase_is_not_mapped_until_it_is_enabled)
{
	check_eq(u32, cfg(LPC, PMBASE, 32), 1);
	cfg_set(LPC, PMBASE, 32, 0x601);
	check(!pm_enabled);
	cfg_set(LPC, ACPI_CNTL, 8, 0x80);
	check(pm_enabled);
	check_eq(u32, pm_base, 0x600);
	cfg_set(LPC, PMBASE, 32, 0x801);
	check_eq(u32, pm_base, 0x800);
	cfg_set(LPC, ACPI_CNTL, 8, 0);
	check(!pm_enabled);
	check_eq(u32, lints.n, 0);
	cfg_set(LPC, PMBASE, 32, 0x621);
	expect_lint("ich9_lpc.PMBASE.preserve");
}

Test(ich9_lpc, writing_the_same_base_again_moves_nothing)
{
	cfg_set(LPC, PMBASE, 32, 0x601);
	pm_moves = 0;
	cfg_set(LPC, PMBASE, 32, 0x601);
	check_eq(u32, pm_moves, 0);
}

Test(ich9_lpc, sci_is_9_unless_told_otherwise)
{
	static const unsigned irq[8] = { 9, 10, 11, 11, 20, 21, 22, 23 };

	check_eq(u32, sci, 9);
	for (unsigned i = 0; i < 8; i++) {
		cfg_set(LPC, ACPI_CNTL, 8, i);
		check_eq(u32, sci, irq[i]);
	}
	expect_lint("ich9_lpc.ACPI_CNTL.sci");
	check_eq(u32, lints.n, 1);
}

Test(ich9_lpc, pirq_rout_reaches_the_router)
{
	check_eq(u8, router.s.rout[0], 0x80);
	cfg_set(LPC, PIRQA, 32, 0x80800b0a);
	cfg_set(LPC, PIRQE + 3, 8, 0x05);
	check_eq(u8, router.s.rout[0], 0x0a);
	check_eq(u8, router.s.rout[1], 0x0b);
	check_eq(u8, router.s.rout[2], 0x80);
	check_eq(u8, router.s.rout[7], 0x05);
	check_eq(u32, lints.n, 0);
	cfg_set(LPC, PIRQA, 8, 0x02);
	expect_lint("ich9_lpc.PIRQ_ROUT_A_D.irq");
	cfg_set(LPC, PIRQE, 8, 0x93);
	expect_lint("ich9_lpc.PIRQ_ROUT_E_H.preserve");
	cfg_set(LPC, PIRQE, 8, 0x0d);
	expect_lint("ich9_lpc.PIRQ_ROUT_E_H.irq");
}

Test(ich9_lpc, internal_devices_are_wired_by_their_registers)
{
	for (unsigned d = 25; d < 32; d++)
		for (unsigned pin = 0; pin < 4; pin++)
			check_eq(u32, pirq_router_model_pirq(&router, d, pin), pin);
	cfg_set(LPC, RCBA, 32, RCRB | 1);
	bus_write(&bus, BUS_MEMORY, RCRB + 0x3140, 16, 0x7654);
	bus_write(&bus, BUS_MEMORY, RCRB + 0x3150, 16, 0x0123);
	check_eq(u32, pirq_router_model_pirq(&router, 31, 0), 4);
	check_eq(u32, pirq_router_model_pirq(&router, 31, 3), 7);
	check_eq(u32, pirq_router_model_pirq(&router, 25, 0), 3);
	check_eq(u32, pirq_router_model_pirq(&router, 2, 0), 6);
	check_eq(u32, lints.n, 0);
}

Test(ich9_lpc, each_internal_device_has_a_route_of_its_own)
{
	static const struct {
		unsigned device, offset;
	} route[] = { { 31, 0x3140 }, { 30, 0x3142 }, { 29, 0x3144 }, { 28, 0x3146 },
		      { 27, 0x3148 }, { 26, 0x314c }, { 25, 0x3150 } };

	cfg_set(LPC, RCBA, 32, RCRB | 1);
	for (unsigned i = 0; i < 7; i++) {
		uint64_t at = RCRB + route[i].offset, value = 0x4567 ^ i << 4;
		check_eq(u64, bus_read(&bus, BUS_MEMORY, at, 16), 0x3210);
		bus_write(&bus, BUS_MEMORY, at, 16, value);
		check_eq(u64, bus_read(&bus, BUS_MEMORY, at, 16), value);
		for (unsigned d = 25; d < 32; d++)
			check_eq(u32, pirq_router_model_pirq(&router, d, 1),
				 d == route[i].device ? 6 ^ i : 1,
				 "device %u by the register of %u", d, route[i].device);
		bus_write(&bus, BUS_MEMORY, at, 16, 0x3210);
	}
	check_eq(u32, lints.n, 0);
}

Test(ich9_lpc, the_chipset_block_places_hpet_and_io_apic)
{
	cfg_set(LPC, RCBA, 32, RCRB | 1);
	check(!hpet_enabled);
	mem_wr(RCRB + 0x3404, 0x80);
	check(hpet_enabled);
	check_eq(u64, hpet_base, 0xfed00000);
	mem_wr(RCRB + 0x3404, 0x83);
	check_eq(u64, hpet_base, 0xfed03000);
	mem_wr(RCRB + 0x3404, 0x03);
	check(!hpet_enabled);
	bus_write(&bus, BUS_MEMORY, RCRB + 0x31ff, 8, 1);
	check(ioapic_on);
	check_eq(u32, lints.n, 0);
}

Test(ich9_lpc, other_chipset_registers_are_reported_as_not_modelled)
{
	cfg_set(LPC, RCBA, 32, RCRB | 1);
	check_eq(u32, mem_rd(RCRB), 0xffffffff);
	expect_lint("ich9_rcrb.chipset-register");
	check_eq(u32, lints.severity, LINT_NOT_MODELLED);
	mem_wr(RCRB + 0x3ffc, 0);
	check_eq(u32, lints.n, 2);
}

Test(ich9_lpc, the_block_over_memory_is_reported)
{
	cfg_set(LPC, RCBA, 32, 0x00400001);
	expect_lint("ich9_lpc.RCBA.placement");
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0x00400000), NULL);
	cfg_set(LPC, RCBA, 32, RCRB | 1);
	cfg_set(LPC, RCBA, 32, 0);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, RCRB), NULL);
}

Test(ich9_lpc, reset_and_a_copy_of_states_update_the_board)
{
	static struct ich9_lpc_model_state saved;

	cfg_set(LPC, RCBA, 32, RCRB | 1);
	cfg_set(LPC, PMBASE, 32, 0x601);
	cfg_set(LPC, ACPI_CNTL, 8, 0x81);
	cfg_set(LPC, PIRQA, 8, 11);
	mem_wr(RCRB + 0x3404, 0x81);
	saved = lpc.s;
	ich9_lpc_model_reset(&lpc);
	check(!(pm_enabled || hpet_enabled));
	check_eq(u32, sci, 9);
	check_eq(u8, router.s.rout[0], 0x80);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, RCRB), NULL);
	lpc.s = saved;
	ich9_lpc_model_settle(&lpc);
	check(pm_enabled && hpet_enabled);
	check_eq(u32, pm_base, 0x600);
	check_eq(u64, hpet_base, 0xfed01000);
	check_eq(u32, sci, 10);
	check_eq(u8, router.s.rout[0], 11);
	check_ne(ptr, bus_find(&bus, BUS_MEMORY, RCRB), NULL);
}

Test(ich9_lpc, what_the_chipset_places_wins_over_a_bar_in_either_order)
{
	static struct pci_test_model t;

	expect_fine(pci_test_model_init(&t, "t", &hub, &vclock, &host, 2, 0));
	cfg_set(2, 0x10, 32, 0xc0000000);
	cfg_set(2, 0x18, 32, 0xc0010000);
	cfg_set(2, 0x20, 32, 0xc0020000);
	cfg_set(2, 0x04, 16, 2);
	cfg_set(LPC, RCBA, 32, 0xc0000001);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000000)->dev, &lpc.rcrb);
	expect_lint("pci_test_config.BAR0.overlap");
	cfg_set(LPC, RCBA, 32, RCRB | 1);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000000)->dev, &t.mmio);
	check_eq(u32, lints.n, 1);
}
