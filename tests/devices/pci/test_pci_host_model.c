/* SPDX-License-Identifier: MIT */
#include "devices/pci/lints.h"
#include "emu/array.h"
#include "tests/devices/pci/bridge_fixture.h"
#include "tests/devices/pci/model_fixture.h"

#include "tests/unit/emu/random.h"

enum { A = 2, B = 3, BRIDGE = 4, BEHIND = 1 }; /* device numbers */
enum { IO = 1, MEMORY = 2, MASTER = 4 };
#define ECAM_BASE UINT64_C(0xb0000000)
#define ECAM_SIZE (UINT64_C(256) << 20)

static struct pci_test_model a, b, behind;
static struct device reset_port;
static unsigned resets;

static uint64_t reset_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	return offset == 1 && width == 8 ? 0x5a : 0;
}

static void reset_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev, (void)value;
	if (offset == 1 && width == 8) resets++;
}

static const struct device_ops reset_ops = { .name = "reset",
					     .mem_read = reset_read,
					     .mem_write = reset_write };

static void power_on(void)
{
	reset_port = (struct device){ .ops = &reset_ops };
	fixture_start(&reset_port);
	/* The later one first: the order of adding does not matter. */
	expect_fine(pci_test_model_init(&b, "b", &hub, &vclock, &host, B, 0));
	expect_fine(pci_test_model_init(&a, "a", &hub, &vclock, &host, A, 0));
}

static void add_bridge(void)
{
	struct pci_model_function_config config = { .ops = &bridge_ops,
						    .instance = "bridge",
						    .device = BRIDGE };

	pci_model_function_init(&bridge, &config, &hub, bridge_slots, bridge_slots,
				sizeof(bridge_slots));
	expect_fine(pci_model_host_add(&host, &bridge));
	/* As pci_test_model_init() would, but on the other bus. */
	static struct pci_model_host elsewhere;
	elsewhere = host;
	elsewhere.n_functions = 0;
	expect_fine(pci_test_model_init(&behind, "behind", &hub, &vclock, &elsewhere, BEHIND, 0));
	behind.fn.config.bridge = &bridge;
	expect_fine(pci_model_host_add(&host, &behind.fn));
}

static uint32_t behind_cfg(unsigned bus_number, unsigned reg)
{
	point(bus_number, BEHIND, 0, reg);
	return (uint32_t)bus_read(&bus, BUS_PORT, 0xcfc, 32);
}

static void behind_cfg_set(unsigned bus_number, unsigned reg, uint32_t v)
{
	point(bus_number, BEHIND, 0, reg);
	bus_write(&bus, BUS_PORT, 0xcfc, 32, v);
}

TestSuite(pci_model_host, .init = power_on, .fini = fixture_stop, .timeout = 60);

Test(pci_model_host, the_tables_are_sound)
{
	expect_table(pci_host_regs, PCI_MODEL_HOST_N_REGS, PCI_MODEL_HOST_N_REGS);
	expect_table(bridge_regs, BRIDGE_ROWS, BRIDGE_SLOTS);
	add_bridge();
	expect_whole(&bridge.dev, PCI_MODEL_CONFIG_SIZE);
}

Test(pci_model_host, a_function_is_found_by_mechanism_1_in_any_width)
{
	check_eq(u32, cfg(A, 0x00, 32), 0x0001b1e7);
	check_eq(u32, cfg(A, 0x00, 16), 0xb1e7);
	check_eq(u32, cfg(A, 0x02, 16), 0x0001);
	check_eq(u32, cfg(A, 0x01, 8), 0xb1);
	check_eq(u32, cfg(A, 0x0b, 8), 0xff);
	check_eq(u32, bus_read(&bus, BUS_PORT, 0xcf8, 32), 0x80001008);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_host, an_absent_function_reads_as_ones_without_a_lint)
{
	point(0, A, 1, 0);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcfc, 32), 0xffffffff);
	point(7, A, 0, 0);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcfc, 16), 0xffff);
	check_eq(u32, cfg(31, 0x0e, 8), 0xff);
	cfg_set(31, 0x04, 16, 7);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_host, byte_accesses_beside_the_reset_register_go_nowhere_silently)
{
	point(0, A, 0, 0x10);
	bus_write(&bus, BUS_PORT, 0xcfb, 8, 0x01); /* looking for mechanism 2 */
	bus_write(&bus, BUS_PORT, 0xcf8, 8, 0x00);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcfa, 8), 0xff);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcf8, 32), 0x80001010);
	check_eq(u32, resets, 0);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_host, a_byte_at_cf9_is_the_reset_register)
{
	point(0, A, 0, 0x10);
	bus_write(&bus, BUS_PORT, 0xcf9, 8, 0x06);
	check_eq(u32, resets, 1);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcf9, 8), 0x5a);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcf8, 32), 0x80001010);
	bus_write(&bus, BUS_PORT, 0xcf8, 32, 0x0600);
	bus_write(&bus, BUS_PORT, 0xcf9, 16, 0x0606);
	expect_lint("pci_host.CONFIG_ADDRESS.width");
	check_eq(u32, resets, 1);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcf9, 16), 0xffff);
}

Test(pci_model_host, a_16_bit_access_to_config_address_is_reported)
{
	bus_write(&bus, BUS_PORT, 0xcf8, 16, 0x1000);
	expect_lint("pci_host.CONFIG_ADDRESS.width");
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcf8, 32), 0);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcfa, 16), 0xffff);
	check_eq(u32, lints.n, 2);
}

Test(pci_model_host, reserved_bits_of_config_address_are_reported)
{
	bus_write(&bus, BUS_PORT, 0xcf8, 32, 0x81000000);
	expect_lint("pci_host.CONFIG_ADDRESS.reserved");
	check_eq(u64, lints.bits, 0x01000000);
	bus_write(&bus, BUS_PORT, 0xcf8, 32, 0x80001003); /* hardwired, not reserved */
	check_eq(u32, lints.n, 1);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcf8, 32), 0x80001000);
}

Test(pci_model_host, data_without_the_enable_bit_is_reported)
{
	bus_write(&bus, BUS_PORT, 0xcf8, 32, 0x1000);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcfc, 32), 0xffffffff);
	expect_lint("pci_host.CONFIG_DATA.disabled");
}

Test(pci_model_host, reset_clears_config_address)
{
	point(0, A, 0, 0);
	pci_model_host_reset(&host);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xcf8, 32), 0);
}

/* ---- ECAM ---- */

static uint64_t ecam(unsigned d, unsigned reg) { return ECAM_BASE + (d << 15) + reg; }

Test(pci_model_host, ecam_shows_the_same_registers_and_4_kib_of_them)
{
	expect_fine(pci_model_host_set_ecam(&host, ECAM_BASE, ECAM_SIZE));
	for (unsigned reg = 0; reg < 0x100; reg += 4)
		check_eq(u32, mem_rd(ecam(A, reg)), cfg(A, reg, 32), "0x%x", reg);
	check_eq(u32, mem_rd(ecam(A, 0x100)), 0x00010003);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, ecam(A, 0x02), 16), 1);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_host, ecam_writes_reach_the_function)
{
	expect_fine(pci_model_host_set_ecam(&host, ECAM_BASE, ECAM_SIZE));
	bus_write(&bus, BUS_MEMORY, ecam(A, 0x3c), 8, 11);
	check_eq(u32, cfg(A, 0x3c, 8), 11);
	check_eq(u32, cfg(B, 0x3c, 8), 0);
}

Test(pci_model_host,
     ecam_of_an_absent_function_and_beyond_256_bytes_of_one_without_extended_space_reads_as_ones)
{
	add_bridge();
	expect_fine(pci_model_host_set_ecam(&host, ECAM_BASE, ECAM_SIZE));
	check_eq(u32, mem_rd(ecam(20, 0)), 0xffffffff);
	check_eq(u32, mem_rd(ecam(BRIDGE, 0x00)), 0x0002b1e7);
	check_eq(u32, mem_rd(ecam(BRIDGE, 0x100)), 0xffffffff);
	check_eq(u32, mem_rd(ECAM_BASE + ECAM_SIZE - 4), 0xffffffff);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_host, an_ecam_access_over_a_doubleword_is_reported)
{
	expect_fine(pci_model_host_set_ecam(&host, ECAM_BASE, ECAM_SIZE));
	(void)bus_read(&bus, BUS_MEMORY, ecam(20, 0), 64);
	expect_lint("pci_ecam.doubleword");
	(void)bus_read(&bus, BUS_MEMORY, ecam(20, 3), 16);
	check_eq(u32, lints.n, 2);
}

Test(pci_model_host, ecam_can_be_moved_and_disabled)
{
	expect_fine(pci_model_host_set_ecam(&host, ECAM_BASE, ECAM_SIZE));
	expect_fine(pci_model_host_set_ecam(&host, 0xf0000000, 0x4000000));
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, ECAM_BASE), NULL);
	check_eq(u32, mem_rd(0xf0000000 + (A << 15)), 0x0001b1e7);
	expect_fine(pci_model_host_set_ecam(&host, 0, 0));
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xf0000000), NULL);
}

Test(pci_model_host, ecam_over_memory_is_not_mapped)
{
	check_ne(ptr, pci_model_host_set_ecam(&host, 0, ECAM_SIZE), NULL);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0x200000), NULL);
}

/* ---- BARs ---- */

Test(pci_model_host, a_bar_shows_its_size_and_kind)
{
	cfg_set(A, 0x10, 32, 0xffffffff);
	check_eq(u32, cfg(A, 0x10, 32), 0xfffff000);
	cfg_set(A, 0x14, 32, 0xffffffff);
	check_eq(u32, cfg(A, 0x14, 32), 0xfffffff1);
	cfg_set(A, 0x18, 32, 0xffffffff);
	cfg_set(A, 0x1c, 32, 0xffffffff);
	check_eq(u32, cfg(A, 0x18, 32), 0xfffff00c);
	check_eq(u32, cfg(A, 0x1c, 32), 0xffffffff);
	cfg_set(A, 0x24, 32, 0xffffffff);
	check_eq(u32, cfg(A, 0x24, 32), 0);
	cfg_set(A, 0x30, 32, 0xfffff800);
	check_eq(u32, cfg(A, 0x30, 32), 0);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_host, decoding_follows_command_at_once)
{
	cfg_set(A, 0x10, 32, 0xc0000000);
	cfg_set(A, 0x14, 32, 0xc000);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000000), NULL);
	cfg_set(A, 0x04, 16, MEMORY);
	check_eq(u32, mem_rd(0xc0000000), 0x31545042);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0xc000), NULL);
	cfg_set(A, 0x04, 16, MEMORY | IO);
	bus_write(&bus, BUS_PORT, 0xc000, 32, 0x1234);
	check_eq(u64, bus_read(&bus, BUS_PORT, 0xc000, 32), 0x1234);
	cfg_set(A, 0x04, 16, IO);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000000), NULL);
	check_eq(u32, lints.n, 2); /* BAR2 and BAR4 were still 0 */
	expect_lint("pci_test_config.BAR4.over-ram");
}

static void place(unsigned d, uint32_t bar0, uint32_t bar4)
{
	cfg_set(d, 0x10, 32, bar0);
	cfg_set(d, 0x18, 32, bar0 + 0x100000);
	cfg_set(d, 0x1c, 32, 0);
	cfg_set(d, 0x20, 32, bar4);
	cfg_set(d, 0x04, 16, MEMORY);
}

Test(pci_model_host, a_bar_that_moves_answers_at_its_new_place)
{
	place(A, 0xc0000000, 0xc0001000);
	cfg_set(A, 0x10, 32, 0xd0000000);
	check_eq(u32, mem_rd(0xd0000000), 0x31545042);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000000), NULL);
	check_eq(u32, lints.n, 0);
}

Test(pci_model_host, a_wide_bar_answers_above_4_gib)
{
	place(A, 0xc0000000, 0xc0001000);
	cfg_set(A, 0x1c, 32, 0x8);
	check_eq(u32, lints.n, 0);
	mem_wr(UINT64_C(0x8c0100010), 0xdecaf);
	check_eq(u32, mem_rd(UINT64_C(0x8c0100010)), 0xdecaf);
}

Test(pci_model_host, a_bar_over_memory_is_reported_and_not_mapped)
{
	place(A, 0xc0000000, 0xc0001000);
	cfg_set(A, 0x10, 32, 0x200000);
	expect_lint("pci_test_config.BAR0.over-ram");
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0x200000), NULL);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000000), NULL);
	cfg_set(A, 0x3c, 8, 1);
	cfg_set(B, 0x04, 16, MASTER);
	check_eq(u32, lints.n, 1, "told once");
}

Test(pci_model_host, a_bar_outside_of_the_windows_is_reported)
{
	place(A, 0xc0000000, 0xc0001000);
	cfg_set(A, 0x10, 32, 0xfee00000);
	expect_lint("pci_test_config.BAR0.outside-window");
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xfee00000), NULL);
	cfg_set(A, 0x14, 32, 0x3f0);
	cfg_set(A, 0x04, 16, MEMORY | IO);
	expect_lint("pci_test_config.BAR1.outside-window");
	cfg_set(A, 0x14, 32, 0x12340000);
	check_eq(u32, lints.n, 3);
}

Test(pci_model_host, of_two_bars_in_one_place_the_lower_function_answers_in_either_order)
{
	place(B, 0xc0000000, 0xc0001000);
	mem_wr(0xc0000004, 0xb);
	place(A, 0xc0000000, 0xc8001000);
	check_eq(u32, mem_rd(0xc0000004), 0);
	expect_lint("pci_test_config.BAR2.overlap");
	check_eq(u32, lints.n, 2); /* BAR0 and BAR2 of B */
	cfg_set(A, 0x04, 16, 0);
	check_eq(u32, mem_rd(0xc0000004), 0xb);
}

Test(pci_model_host, two_functions_with_one_place_are_reported_for_each_bar)
{
	place(A, 0xc0000000, 0xc0001000);
	cfg_set(A, 0x14, 32, 0xc000);
	cfg_set(A, 0x04, 16, MEMORY | IO);
	place(B, 0xc8000000, 0xc8001000);
	cfg_set(B, 0x14, 32, 0xd000);
	cfg_set(B, 0x04, 16, MEMORY | IO);
	check_eq(u32, lints.n, 0);
	cfg_set(B, 0x14, 32, 0xc000);
	expect_lint("pci_test_config.BAR1.overlap");
	cfg_set(B, 0x20, 32, 0xc0001000);
	expect_lint("pci_test_config.BAR4.overlap");
	check_eq(u32, lints.n, 2);
}

/* Keeps the id of the lint about sizing. Another one follows, about the address at which the BAR
 * then answers. */
static char live_sizing[64];
static void note_live_sizing(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (l->desc == &pci_function_lints[PCI_FUNCTION_LINT_LIVE_SIZING])
		lint_id(l, live_sizing, sizeof(live_sizing));
}

Test(pci_model_host, sizing_a_bar_that_answers_is_reported_by_its_name)
{
	static struct observer sizings = { .lint = note_live_sizing };
	static const struct {
		uint8_t reg;
		char *id;
	} t[] = { { 0x10, "pci_test_config.BAR0.live-sizing" },
		  { 0x14, "pci_test_config.BAR1.live-sizing" },
		  { 0x18, "pci_test_config.BAR2.live-sizing" },
		  { 0x20, "pci_test_config.BAR4.live-sizing" } };

	hub_attach(&hub, &sizings);
	for (unsigned i = 0; i < ARRAY_SIZE(t); i++) {
		live_sizing[0] = '\0';
		cfg_set(A, 0x04, 16, 0);
		cfg_set(A, t[i].reg, 32, 0xffffffff);
		cfg_set(A, t[i].reg, 32, 0xc0000000);
		cfg_set(A, 0x04, 16, MEMORY | IO);
		check_eq(str, live_sizing, "", "not while it is silent, nor placed");
		cfg_set(A, t[i].reg, 32, 0xffffffff);
		check_eq(str, live_sizing, t[i].id);
	}
}

Test(pci_model_host, a_bar_over_another_device_is_reported)
{
	static struct device other;

	other = (struct device){ .ops = &reset_ops, .instance = "other" };
	expect_fine(bus_map(&bus, BUS_MEMORY, 0xc0000800, 16, &other, 0));
	place(A, 0xc0000000, 0xc0001000);
	expect_lint("pci_test_config.BAR0.overlap");
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000800)->dev, &other);
}

Test(pci_model_host, sizing_a_bar_that_answers_is_reported)
{
	place(A, 0xc0000000, 0xc0001000);
	cfg_set(A, 0x10, 32, 0xffffffff);
	check_eq(u32, lints.n, 2); /* the other lint: it is outside of the window now */
	cfg_set(A, 0x10, 32, 0xc0000000);
	check_eq(u32, mem_rd(0xc0000000), 0x31545042);
	cfg_set(A, 0x04, 16, 0);
	cfg_set(A, 0x10, 32, 0xffffffff);
	check_eq(u32, lints.n, 2);
}

Test(pci_model_host, after_a_copy_of_the_states_the_map_follows_the_registers)
{
	static uint64_t saved[PCI_TEST_MODEL_CONFIG_SLOTS];

	place(B, 0xc0000000, 0xc0001000);
	memcpy(saved, a.s.reg, sizeof(saved));
	place(A, 0xc0000000, 0xc8001000);
	memcpy(a.s.reg, saved, sizeof(saved));
	lints.n = 0;
	pci_model_host_settle(&host);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc0000000)->dev, &b.mmio);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xc8001000), NULL);
	check_eq(u32, lints.n, 0);
}

/* ---- wiring ---- */

Test(pci_model_host, two_functions_in_one_place_are_refused)
{
	static struct pci_test_model c;

	check_ne(ptr, pci_test_model_init(&c, "c", &hub, &vclock, &host, A, 0), NULL);
	check_ne(ptr, pci_test_model_init(&c, "c", &hub, &vclock, &host, 32, 0), NULL);
	check_ne(ptr, pci_test_model_init(&c, "c", &hub, &vclock, &host, 9, 8), NULL);
}

/* ---- behind a bridge ---- */

static void open_bridge(void)
{
	add_bridge();
	cfg_set(BRIDGE, 0x18, 32, 0x00050500); /* secondary and subordinate 5 */
	cfg_set(BRIDGE, 0x20, 32, 0xd010d000); /* 0xd0000000..0xd01fffff */
	cfg_set(BRIDGE, 0x24, 32, 0x0001fff1); /* closed */
	cfg_set(BRIDGE, 0x1c, 16, 0xe0e0);     /* 0xe000..0xefff */
	cfg_set(BRIDGE, 0x04, 16, IO | MEMORY | MASTER);
}

Test(pci_model_host, a_function_behind_a_bridge_is_found_by_the_bridges_bus_number)
{
	add_bridge();
	check_eq(u32, behind_cfg(0, 0), 0xffffffff);
	check_eq(u32, behind_cfg(5, 0), 0xffffffff);
	cfg_set(BRIDGE, 0x18, 32, 0x00050500);
	check_eq(u32, behind_cfg(5, 0), 0x0001b1e7);
	cfg_set(BRIDGE, 0x1a, 8, 4); /* subordinate below secondary */
	check_eq(u32, behind_cfg(5, 0), 0xffffffff);
}

Test(pci_model_host, a_bar_behind_a_bridge_needs_the_bridges_window)
{
	open_bridge();
	behind_cfg_set(5, 0x10, 0xd0000000);
	behind_cfg_set(5, 0x14, 0xe000);
	behind_cfg_set(5, 0x18, 0xd0010000);
	behind_cfg_set(5, 0x20, 0xd0001000);
	behind_cfg_set(5, 0x04, IO | MEMORY);
	check_eq(u32, lints.n, 0);
	check_eq(u32, mem_rd(0xd0000000), 0x31545042);
	check_ne(ptr, bus_find(&bus, BUS_PORT, 0xe000), NULL);
	cfg_set(BRIDGE, 0x20, 32, 0xe010e000);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, 0xd0000000), NULL);
	expect_lint("pci_test_config.BAR4.bridge");
	cfg_set(BRIDGE, 0x04, 16, MEMORY);
	check_eq(ptr, bus_find(&bus, BUS_PORT, 0xe000), NULL);
}

Test(pci_model_host, mastering_behind_a_bridge_needs_the_bridges_bit_too)
{
	open_bridge();
	behind_cfg_set(5, 0x04, MASTER);
	check(pci_model_function_masters(&behind.fn));
	cfg_set(BRIDGE, 0x04, 16, 0);
	check(!pci_model_function_masters(&behind.fn));
}

Test(pci_model_host, pins_rotate_behind_a_bridge)
{
	open_bridge();
	pci_model_intx_set(&behind.fn, true);
	/* INTA# of device 1 arrives at INTB# of the bridge. */
	check(pin_level[BRIDGE][1]);
	check(!pin_level[BRIDGE][0]);
	pci_model_intx_set(&behind.fn, false);
	check(!pin_level[BRIDGE][1]);
}

/* ---- garbage ---- */

Test(pci_model_host, survives_whatever_is_written)
{
	uint64_t rng = 0x7c1;

	add_bridge();
	expect_fine(pci_model_host_set_ecam(&host, ECAM_BASE, ECAM_SIZE));
	for (unsigned i = 0; i < 60000; i++) {
		uint64_t r = random_next(&rng), v = random_next(&rng);
		unsigned width = 8u << (r & 3), device = (unsigned)(r >> 2) % 6;
		unsigned at = (unsigned)(r >> 8) % 0x110;
		switch ((r >> 20) % 4) {
		case 0: bus_write(&bus, BUS_MEMORY, ecam(device, at), width, v); break;
		case 1: (void)bus_read(&bus, BUS_MEMORY, ecam(device, at), width); break;
		case 2: bus_write(&bus, BUS_PORT, 0xcf8 + (r >> 40) % 8, width & 0x3f, v); break;
		default: mem_wr(WINDOW_BASE + (v & 0x3ffffffc), (uint32_t)r); break;
		}
		if (i % 64 == 0) pass(v % 100000);
	}
	check(lints.n > 0);
}
