/* SPDX-License-Identifier: MIT */
#include "bimetal/pci_bar.h"

#include "emu/array.h"
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
	recorder_clear(&rec);
}

TestSuite(pci_bar, .init = set_up, .fini = host_power_off, .timeout = 60);

/* Sets a BAR of the fake function: its value, and the bits that can be written. */
static void lie_bar(unsigned n, uint32_t value, uint32_t keep)
{
	liar_set(&liar, PCI_BAR0 + 4 * n, 32, value);
	liar_keep(&liar, PCI_BAR0 + 4 * n, 32, keep);
}

static uint32_t told(unsigned offset) { return (uint32_t)liar_read(&liar.dev, offset, 32); }

static enum pci_status lied(unsigned n, struct pci_bar *bar)
{
	*bar = (struct pci_bar){ .size = 77 };
	return pci_bar(&lying, lie, n, bar);
}

Test(pci_bar, every_kind_is_returned)
{
	static const struct {
		enum pci_bar_kind kind;
		bool prefetchable;
		uint64_t size;
	} want[] = {
		{ PCI_BAR_MEMORY_32, false, 0x1000 }, { PCI_BAR_PORTS, false, 0x10 },
		{ PCI_BAR_MEMORY_64, true, 0x1000 },  { 0 },
		{ PCI_BAR_MEMORY_32, false, 0x1000 }, { PCI_NO_BAR, false, 0 },
	};
	for (unsigned n = 0; n < PCI_MAX_BARS; n++) {
		struct pci_bar bar;
		if (n == 3) continue; /* an upper half */
		require_eq(int, pci_bar(&ports, at, n, &bar), PCI_OK);
		check_eq(int, bar.kind, want[n].kind, "BAR%u", n);
		check_eq(u64, bar.size, want[n].size);
		check(bar.prefetchable == want[n].prefetchable);
		check_eq(u64, bar.base, 0);
		require_eq(int, pci_bar(&ecam, at, n, &bar), PCI_OK);
		check_eq(int, bar.kind, want[n].kind);
	}
}

static void move(unsigned n, uint64_t base)
{
	struct pci_bar bar;
	require_eq(int, pci_bar(&ecam, at, n, &bar), PCI_OK);
	require_eq(int, pci_bar_move(&ecam, at, n, &bar, base), PCI_OK);
	check_eq(u64, bar.base, base);
}

static void decode(void)
{
	require_eq(int, pci_command(&ecam, at, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY), PCI_OK);
}

static void place_all(void)
{
	move(0, WINDOW_BASE);
	move(1, 0xe000);
	move(2, WIDE_BASE + 0x5000);
	move(4, WINDOW_BASE + 0x1000);
	decode();
}

Test(pci_bar, answers_where_it_is_moved)
{
	place_all();
	check_eq(u32, io_read32(io_memory(&cpu, WINDOW_BASE, 1), 0), 0x31545042);
	check_eq(u8, io_read8(io_port(&cpu, 0xe000), 4), 0);
	check_eq(u8, io_read8(io_memory(&cpu, WIDE_BASE + 0x5000, 1), 7), 0xcc);
}

Test(pci_bar, a_bar_in_use_is_sized_without_lints_and_left_as_it_was)
{
	struct pci_bar bar;
	place_all();
	recorder_clear(&rec);
	require_eq(int, pci_bar(&ecam, at, 2, &bar), PCI_OK);
	check_eq(u64, bar.base, WIDE_BASE + 0x5000);
	check_eq(str, rec.trace,
		 "VENDOR_ID?b1e7 HEADER_TYPE?00 BAR2?0000500c COMMAND?0003 COMMAND=0000 "
		 "BAR2?0000500c BAR2=ffffffff BAR2?fffff00c BAR2=0000500c "
		 "BAR3?00000008 BAR3=ffffffff BAR3?ffffffff BAR3=00000008 COMMAND=0003 ");
	require_eq(int, pci_bar(&ports, at, 1, &bar), PCI_OK);
	check_eq(u64, bar.base, 0xe000);
	check_eq(u32, io_read32(io_memory(&cpu, WINDOW_BASE, 1), 0), 0x31545042);
}

Test(pci_bar, interrupts_and_decoding_are_on_again)
{
	struct pci_bar bar;
	place_all();
	(void)host_cpu_set_interrupts(&cpu, true);
	require_eq(int, pci_bar(&ecam, at, 0, &bar), PCI_OK);
	check(cpu.s.interrupts_on);
	require_eq(int, pci_bar_move(&ecam, at, 0, &bar, WINDOW_BASE + 0x8000), PCI_OK);
	check(cpu.s.interrupts_on);
	check_eq(u64, test.fn.dev.reg[PCI_MODEL_COMMAND], 3);
	check_eq(u32, io_read32(io_memory(&cpu, WINDOW_BASE + 0x8000, 1), 0), 0x31545042);
}

Test(pci_bar, a_function_with_decoding_off_keeps_it_off)
{
	struct pci_bar bar;
	require_eq(int, pci_bar(&ecam, at, 0, &bar), PCI_OK);
	check_eq(str, rec.trace,
		 "VENDOR_ID?b1e7 HEADER_TYPE?00 BAR0?00000000 COMMAND?0000 BAR0?00000000 "
		 "BAR0=ffffffff BAR0?fffff000 BAR0=00000000 ");
}

/* ---- liars ---- */

Test(pci_bar, that_is_all_ones_is_broken)
{
	struct pci_bar bar;
	for (unsigned n = 0; n < PCI_MAX_BARS; n++) {
		lie_bar(n, UINT32_MAX, 0);
		check_eq(int, lied(n, &bar), PCI_BROKEN);
		check_eq(u64, bar.size, 77, "nothing is told");
		lie_bar(n, UINT32_MAX, UINT32_MAX);
		check_eq(int, lied(n, &bar), PCI_BROKEN);
	}
}

Test(pci_bar, of_64_bits_without_an_upper_half_is_broken)
{
	struct pci_bar bar;
	lie_bar(5, 0x4, 0xfffff000);
	check_eq(int, lied(5, &bar), PCI_BROKEN);
	liar_set(&liar, PCI_HEADER, 8, 1);
	lie_bar(1, 0x4, 0xfffff000);
	check_eq(int, lied(1, &bar), PCI_BROKEN, "a bridge has two");
	check_eq(u32, liar.writes, 0);
}

Test(pci_bar, that_is_no_size_is_broken)
{
	struct pci_bar bar;
	static const struct {
		uint32_t value, keep;
	} bad[] = {
		{ 0, 0x0ff0f000 },          /* a hole */
		{ 0, 0xf },                 /* flags that change */
		{ 0x6, 0xfffff000 },        /* a reserved type */
		{ 0x4, 0 },                 /* 64 bits, none of them an address */
		{ 0x3, 0xfffffff0 },        /* ports with the reserved bit */
		{ 0xfebc0000, 0 },          /* a base without a size */
		{ 0xf0000001, 0x0000fff0 }, /* a base beyond its own bits */
		{ 0x8, 0 },                 /* flags alone */
		{ 0x1, 0xfffffff2 },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		lie_bar(0, bad[i].value, bad[i].keep);
		lie_bar(1, 0, 0);
		check_eq(int, lied(0, &bar), PCI_BROKEN, "%u", i);
		check_eq(u32, told(PCI_BAR0), bad[i].value, "%u", i);
	}
}

Test(pci_bar, of_unusual_width_is_understood)
{
	struct pci_bar bar;
	lie_bar(0, 0x0000e001, 0x0000fff0); /* ports of 16 address bits */
	require_eq(int, lied(0, &bar), PCI_OK);
	check(bar.kind == PCI_BAR_PORTS && bar.size == 16 && bar.base == 0xe000);
	lie_bar(2, 0x00000004, 0); /* 8 GiB */
	lie_bar(3, 0x00000010, 0xfffffffe);
	require_eq(int, lied(2, &bar), PCI_OK);
	check(bar.kind == PCI_BAR_MEMORY_64 && bar.size == UINT64_C(1) << 33);
	check_eq(u64, bar.base, UINT64_C(1) << 36);
	lie_bar(4, 0xfffffff8, 0xfffffff0); /* the smallest, at the top */
	require_eq(int, lied(4, &bar), PCI_OK);
	check(bar.size == 16 && bar.base == 0xfffffff0 && bar.prefetchable);
	lie_bar(4, 0x80000000, 0x80000000); /* the greatest */
	require_eq(int, lied(4, &bar), PCI_OK);
	check(bar.size == 0x80000000 && bar.base == 0x80000000);
}

Test(pci_bar, garbage_gives_a_size_or_an_error_and_is_left_as_it_was)
{
	uint64_t seed = 4;
	liar_keep(&liar, PCI_COMMAND, 16, 0xffff);
	for (unsigned i = 0; i < 3000; i++) {
		struct pci_bar bar;
		uint32_t low = (uint32_t)random_any_size(&seed),
			 high = (uint32_t)random_next(&seed);
		uint16_t command = (uint16_t)random_next(&seed);
		unsigned n = (unsigned)(random_next(&seed) % PCI_MAX_BARS);
		lie_bar(n, low, (uint32_t)random_any_size(&seed));
		if (n < 5) lie_bar(n + 1, high, (uint32_t)random_any_size(&seed));
		liar_set(&liar, PCI_COMMAND, 16, command);
		enum pci_status status = lied(n, &bar);
		require(status == PCI_OK || status == PCI_BROKEN);
		require(status || bar.kind == PCI_NO_BAR || (bar.size & (bar.size - 1)) == 0);
		require_eq(u32, told(PCI_BAR0 + 4 * n), low);
		if (n < 5) require_eq(u32, told(PCI_BAR0 + 4 * n + 4), high);
		require_eq(u16, (uint16_t)told(PCI_COMMAND), command);
	}
}

Test(pci_bar, the_header_type_decides_the_number_of_bars)
{
	struct pci_bar bar;
	static const unsigned bars[] = { 6, 2, 1, 0 };
	for (unsigned layout = 0; layout < 4; layout++) {
		liar_set(&liar, PCI_HEADER, 8, layout);
		for (unsigned n = 0; n < 8; n++)
			check_eq(int, lied(n, &bar), n < bars[layout] ? PCI_OK : PCI_BAD_ARG);
	}
}

/* ---- expansion ROMs ---- */

Test(pci_bar, a_rom_is_sized_without_being_enabled)
{
	struct pci_bar rom;
	require_eq(int, pci_rom(&ports, at, &rom), PCI_OK);
	check_eq(int, rom.kind, PCI_NO_BAR);
	liar_set(&liar, PCI_ROM, 32, 0xfe000001);
	liar_keep(&liar, PCI_ROM, 32, 0xffff0001);
	require_eq(int, pci_rom(&lying, lie, &rom), PCI_OK);
	check(rom.kind == PCI_BAR_ROM && rom.size == 0x10000 && rom.base == 0xfe000000);
	check_eq(u32, told(PCI_ROM), 0xfe000001);
	liar_set(&liar, PCI_HEADER, 8, 1);
	liar_keep(&liar, PCI_BRIDGE_ROM, 32, 0xfffff801);
	require_eq(int, pci_rom(&lying, lie, &rom), PCI_OK);
	check(rom.kind == PCI_BAR_ROM && rom.size == 0x800 && rom.base == 0);
	liar_set(&liar, PCI_HEADER, 8, 2);
	check_eq(int, pci_rom(&lying, lie, &rom), PCI_LACKS);
}

Test(pci_bar, a_rom_that_is_no_size_is_broken)
{
	struct pci_bar rom;
	liar_set(&liar, PCI_ROM, 32, UINT32_MAX);
	check_eq(int, pci_rom(&lying, lie, &rom), PCI_OK);
	check(rom.size == 0x800, "all ones can be a ROM at the top");
	liar_set(&liar, PCI_ROM, 32, 0);
	liar_keep(&liar, PCI_ROM, 32, 0xff0ff001);
	check_eq(int, pci_rom(&lying, lie, &rom), PCI_BROKEN);
}

/* ---- refusals ---- */

Test(pci_bar, impossible_arguments_are_refused)
{
	struct pci_place none = { .device = 3 }, bad = { .device = 32 };
	struct pci_bar bar = { .kind = PCI_BAR_MEMORY_32, .size = 0x1000 };
	check_eq(int, pci_bar(NULL, at, 0, &bar), PCI_NULL);
	check_eq(int, pci_bar(&ports, at, 0, NULL), PCI_NULL);
	check_eq(int, pci_bar(&ports, bad, 0, &bar), PCI_BAD_ARG);
	check_eq(int, pci_bar(&ports, none, 0, &bar), PCI_ABSENT);
	check_eq(int, pci_bar(&ports, at, UINT32_MAX, &bar), PCI_BAD_ARG);
	check_eq(int, pci_rom(NULL, at, &bar), PCI_NULL);
	check_eq(int, pci_rom(&ports, at, NULL), PCI_NULL);
	check_eq(int, pci_rom(&ports, bad, &bar), PCI_BAD_ARG);
	check_eq(int, pci_rom(&ports, none, &bar), PCI_ABSENT);
	check_eq(int, pci_bar_move(NULL, at, 0, &bar, 0), PCI_NULL);
	check_eq(int, pci_bar_move(&ports, at, 0, NULL, 0), PCI_NULL);
	check_eq(int, pci_bar_move(&ports, bad, 0, &bar, 0), PCI_BAD_ARG);
	check_eq(int, pci_bar_move(&ports, none, 0, &bar, 0), PCI_ABSENT);
	check_eq(int, pci_bar_move(&ports, at, 6, &bar, 0), PCI_BAD_ARG);
	check_eq(int, pci_bar_move(&ports, at, 0, &bar, 0x800), PCI_BAD_ARG);
	check_eq(int, pci_bar_move(&ports, at, 0, &bar, WIDE_BASE), PCI_BAD_ARG);
	bar.kind = PCI_BAR_MEMORY_64;
	check_eq(int, pci_bar_move(&ports, at, 5, &bar, 0), PCI_BAD_ARG);
	bar.kind = PCI_NO_BAR;
	check_eq(int, pci_bar_move(&ports, at, 0, &bar, 0), PCI_BAD_ARG);
}
