/* SPDX-License-Identifier: MIT */
#include "tests/devices/pci/model_fixture.h"

#include "tests/unit/emu/random.h"

enum { DEV = 2, MSIX = 0x80 };
enum { IO = 1, MEMORY = 2, MASTER = 4 };
enum { BUSY = 1, DONE = 1, ERROR = 2, SOFT0 = 4, SOFT1 = 8 };
#define MMIO  UINT64_C(0xc0000000)
#define BUF   UINT64_C(0xc0001000)
#define MSIXT UINT64_C(0xc0002000)
enum { PORT = 0xc000 };

static struct pci_test_model t;

static void power_on(void)
{
	fixture_start(NULL);
	expect_fine(pci_test_model_init(&t, "pci-test", &hub, &vclock, &host, DEV, 0));
	cfg_set(DEV, 0x10, 32, MMIO);
	cfg_set(DEV, 0x14, 32, PORT);
	cfg_set(DEV, 0x18, 32, BUF);
	cfg_set(DEV, 0x20, 32, MSIXT);
	cfg_set(DEV, 0x04, 16, IO | MEMORY | MASTER);
}

static void program(uint64_t from, uint64_t to, uint32_t len)
{
	bus_write(&bus, BUS_MEMORY, MMIO + 0x10, 64, from);
	mem_wr(MMIO + 0x18, (uint32_t)to);
	mem_wr(MMIO + 0x1c, (uint32_t)(to >> 32));
	mem_wr(MMIO + 0x20, len);
}

static void go(uint64_t from, uint64_t to, uint32_t len)
{
	program(from, to, len);
	mem_wr(MMIO + 0x24, 1);
}

static unsigned result(void) { return mem_rd(MMIO + 0x28) >> 1; }

TestSuite(pci_test, .init = power_on, .fini = fixture_stop, .timeout = 60);

Test(pci_test, the_tables_are_sound_and_configuration_space_has_no_holes)
{
	expect_table(pci_test_config_regs, PCI_TEST_MODEL_CONFIG_N_REGS,
		     PCI_TEST_MODEL_CONFIG_SLOTS);
	expect_table(pci_test_regs, PCI_TEST_MODEL_N_REGS, PCI_TEST_MODEL_N_REGS);
	expect_table(pci_test_model_ports, PCI_TEST_MODEL_N_PORTS, PCI_TEST_MODEL_N_PORTS);
	expect_whole(&t.fn.dev, PCI_MODEL_EXTENDED_SIZE);
}

Test(pci_test, its_registers_answer_in_its_bars)
{
	check_eq(u32, mem_rd(MMIO), 0x31545042);
	mem_wr(MMIO + 4, 0x12345678);
	check_eq(u32, mem_rd(MMIO + 4), 0x12345678);
	bus_write(&bus, BUS_PORT, PORT, 32, 0x55aa);
	check_eq(u64, bus_read(&bus, BUS_PORT, PORT, 32), 0x55aa);
	check_eq(u32, mem_rd(BUF), 0xcccccccc);
	bus_write(&bus, BUS_MEMORY, BUF + 0x7fd, 8, 0x42);
	check_eq(u64, bus_read(&bus, BUS_MEMORY, BUF + 0x7fc, 16), 0x42cc);
	check_eq(u32, lints.n, 0);
}

Test(pci_test, extended_configuration_space_holds_a_serial_number_and_then_nothing)
{
	struct device *config = &t.fn.dev;

	check_eq(u64, device_read(config, 0x100, 32, NULL, NULL), 0x00010003);
	check_eq(u64, device_read(config, 0x104, 32, NULL, NULL), 0x00000001);
	check_eq(u64, device_read(config, 0x108, 32, NULL, NULL), 0xb1e70001);
	check_eq(u64, device_read(config, 0x10c, 32, NULL, NULL), 0);
	check_eq(u64, device_read(config, 0xffc, 32, NULL, NULL), 0);
	check_eq(u32, lints.n, 0);
}

Test(pci_test, a_transfer_takes_its_time_and_moves_the_bytes)
{
	uint8_t in[300], out[300];

	for (unsigned i = 0; i < sizeof(in); i++) in[i] = (uint8_t)(i * 7);
	mem_write(&mem, 0x1003, in, sizeof(in));
	go(0x1003, 0x200001, sizeof(in));
	check_eq(u32, mem_rd(MMIO + 0x28), BUSY);
	pass(1000 + 299);
	check_eq(u32, mem_rd(MMIO + 0x28), BUSY);
	pass(1);
	check_eq(u32, mem_rd(MMIO + 0x28), 0);
	check_eq(u32, mem_rd(MMIO + 0x08), DONE);
	mem_read(&mem, 0x200001, out, sizeof(out));
	check_eq(int, memcmp(in, out, sizeof(in)), 0);
	check_eq(u32, lints.n, 0);
}

Test(pci_test, the_longest_transfer_is_whole)
{
	uint8_t byte = 0;

	mem_set(&mem, 0x100000, 0xab, PCI_TEST_MODEL_MAX_LENGTH);
	go(0x100000, 0x200000, PCI_TEST_MODEL_MAX_LENGTH);
	pass(100000);
	mem_read(&mem, 0x200000 + PCI_TEST_MODEL_MAX_LENGTH - 1, &byte, 1);
	check_eq(u8, byte, 0xab);
	mem_read(&mem, 0x200000 + PCI_TEST_MODEL_MAX_LENGTH, &byte, 1);
	check_eq(u8, byte, 0xcc);
}

Test(pci_test, a_source_or_destination_that_is_nowhere_ends_in_an_error)
{
	go(UINT64_C(0x1000000000), 0x1000, 16);
	pass(10000);
	check_eq(u32, result(), 1);
	check_eq(u32, mem_rd(MMIO + 0x08), ERROR);
	expect_lint("pci_test.nowhere");
	check_eq(u32, cfg(DEV, 0x06, 16) & 0x2000, 0x2000, "received master abort");
	go(0x1000, 0xa0000, 16);
	pass(10000);
	check_eq(u32, result(), 2);
}

Test(pci_test, without_bus_mastering_nothing_moves)
{
	uint8_t byte = 0;

	cfg_set(DEV, 0x04, 16, MEMORY);
	go(0x1000, 0x2000, 16);
	pass(10000);
	check_eq(u32, result(), 1);
	expect_lint("pci_test.bus-master");
	check_eq(u32, cfg(DEV, 0x06, 16) & 0x2000, 0);
	mem_read(&mem, 0x2000, &byte, 1);
	check_eq(u8, byte, 0xcc);
}

Test(pci_test, lengths_out_of_range_are_reported_and_refused)
{
	go(0x1000, 0x2000, 0);
	check_eq(u32, result(), 3);
	expect_lint("pci_test.LENGTH.range");
	go(0x1000, 0x2000, PCI_TEST_MODEL_MAX_LENGTH + 1);
	check_eq(u32, result(), 3);
	go(0x1000, 0x2000, 0xffffffff);
	check_eq(u32, lints.n, 3);
}

Test(pci_test, starting_or_programming_it_while_busy_is_reported)
{
	uint8_t byte = 0;

	mem_set(&mem, 0x1000, 0x11, 16);
	go(0x1000, 0x2000, 16);
	mem_wr(MMIO + 0x24, 1);
	expect_lint("pci_test.CONTROL.start-busy");
	mem_wr(MMIO + 0x20, 32);
	expect_lint("pci_test.LENGTH.busy");
	mem_wr(MMIO + 0x10, 0);
	expect_lint("pci_test.SOURCE.busy");
	mem_wr(MMIO + 0x18, 0);
	expect_lint("pci_test.DESTINATION.busy");
	pass(1016);
	check_eq(u32, mem_rd(MMIO + 0x28), 0, "the transfer is the one that was started");
	mem_read(&mem, 0x200f, &byte, 1);
	check_eq(u8, byte, 0x11);
	check_eq(u32, lints.n, 4);
}

Test(pci_test, an_aborted_transfer_moves_nothing)
{
	uint8_t byte = 0;

	go(0x1000, 0x2000, 16);
	mem_wr(MMIO + 0x24, 2);
	check_eq(u32, result(), 4);
	pass(10000);
	mem_read(&mem, 0x2000, &byte, 1);
	check_eq(u8, byte, 0xcc);
	check_eq(u32, mem_rd(MMIO + 0x08), ERROR);
	mem_wr(MMIO + 0x24, 2);
	check_eq(u32, lints.n, 0);
}

Test(pci_test, strict_about_reserved_bits_and_widths)
{
	mem_wr(MMIO + 0x24, 4);
	expect_lint("pci_test.CONTROL.reserved");
	mem_wr(MMIO + 0x2c, 1);
	expect_lint("pci_test.RAISE.reserved");
	bus_write(&bus, BUS_MEMORY, MMIO + 4, 8, 1);
	expect_lint("pci_test.SCRATCH.width");
	(void)mem_rd(MMIO + 0x2c);
	expect_lint("pci_test.RAISE.writeonly");
	mem_wr(MMIO + 0x28, 0);
	expect_lint("pci_test.STATUS.readonly");
	check_eq(u32, mem_rd(MMIO + 0x30), 0xffffffff);
	expect_lint("pci_test.no-register");
}

/* ---- interrupts ---- */

Test(pci_test, the_pin_follows_enabled_conditions)
{
	mem_wr(MMIO + 0x2c, SOFT0);
	check(!pin_level[DEV][0]);
	mem_wr(MMIO + 0x0c, SOFT0 | SOFT1);
	check(pin_level[DEV][0]);
	bus_write(&bus, BUS_PORT, PORT + 5, 8, SOFT1);
	mem_wr(MMIO + 0x08, SOFT0);
	check(pin_level[DEV][0]);
	check_eq(u64, bus_read(&bus, BUS_PORT, PORT + 4, 8), SOFT1);
	mem_wr(MMIO + 0x08, SOFT1);
	check(!pin_level[DEV][0]);
	check_eq(u32, lints.n, 0);
}

Test(pci_test, a_finished_transfer_interrupts_at_its_end)
{
	mem_wr(MMIO + 0x0c, DONE);
	go(0x1000, 0x2000, 16);
	check(!pin_level[DEV][0]);
	pass(1016);
	check(pin_level[DEV][0]);
}

static void use_msix(void)
{
	for (unsigned i = 0; i < PCI_TEST_MODEL_N_VECTORS; i++) {
		mem_wr(MSIXT + 16 * i, 0xfee00000);
		mem_wr(MSIXT + 16 * i + 8, 0x60 + i);
		mem_wr(MSIXT + 16 * i + 12, 0);
	}
	cfg_set(DEV, MSIX + 2, 16, 0x8003);
	mem_wr(MMIO + 0x0c, 0xf);
}

Test(pci_test, each_condition_has_its_message)
{
	use_msix();
	go(0x1000, 0x2000, 16);
	pass(1016);
	mem_wr(MMIO + 0x2c, SOFT0 | SOFT1);
	require_eq(u32, n_messages, 3);
	check_eq(u32, message_data[0], 0x60);
	check_eq(u32, message_data[1], 0x62);
	check_eq(u32, message_data[2], 0x63);
	check(!pin_level[DEV][0]);
}

Test(pci_test, a_condition_that_holds_already_sends_no_second_message)
{
	use_msix();
	mem_wr(MMIO + 0x2c, SOFT0);
	mem_wr(MMIO + 0x2c, SOFT0);
	check_eq(u32, n_messages, 1);
	mem_wr(MMIO + 0x08, SOFT0);
	mem_wr(MMIO + 0x2c, SOFT0);
	check_eq(u32, n_messages, 2);
}

Test(pci_test, clearing_a_condition_withdraws_its_pending_message)
{
	use_msix();
	mem_wr(MSIXT + 16 * 2 + 12, 1);
	mem_wr(MMIO + 0x2c, SOFT0);
	check_eq(u32, mem_rd(MSIXT + PCI_TEST_MODEL_MSIX_PBA), 4);
	mem_wr(MMIO + 0x08, SOFT0);
	check_eq(u32, mem_rd(MSIXT + PCI_TEST_MODEL_MSIX_PBA), 0);
	mem_wr(MSIXT + 16 * 2 + 12, 0);
	check_eq(u32, n_messages, 0);
}

Test(pci_test, reset_drops_what_goes_on)
{
	mem_wr(MMIO + 0x0c, 0xf);
	mem_wr(MMIO + 0x2c, SOFT0);
	go(0x1000, 0x2000, 16);
	pci_test_model_reset(&t);
	check(!pin_level[DEV][0]);
	pass(10000);
	check_eq(u64, t.s.mmio[PCI_TEST_MODEL_STATUS], 0);
	check_eq(u64, t.s.mmio[PCI_TEST_MODEL_IRQ_STATUS], 0);
	check_eq(ptr, bus_find(&bus, BUS_MEMORY, MMIO), NULL);
}

Test(pci_test, survives_whatever_is_written)
{
	uint64_t rng = 0x99;

	for (unsigned i = 0; i < 40000; i++) {
		uint64_t r = random_next(&rng), v = random_any_size(&rng);
		unsigned width = 8u << (r & 3);
		uint64_t at = (r >> 2) % 0x34;
		if (r >> 60 & 1) at = (r >> 8) % PCI_TEST_MODEL_BAR_SIZE;
		switch ((r >> 32) % 6) {
		case 0: (void)bus_read(&bus, BUS_MEMORY, MMIO + at, width); break;
		case 1: bus_write(&bus, BUS_MEMORY, MSIXT + at, width, v); break;
		case 2: bus_write(&bus, BUS_MEMORY, BUF + at, width, v); break;
		case 3: bus_write(&bus, BUS_PORT, PORT + at % 16, width & 0x3f, v); break;
		default: bus_write(&bus, BUS_MEMORY, MMIO + at, width, v); break;
		}
		if (i % 16 == 0) pass(v % 200000);
	}
	check(lints.n > 0);
}
