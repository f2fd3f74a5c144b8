/* SPDX-License-Identifier: MIT */
/* fw_cfg against QEMU's docs/specs/fw_cfg.rst. */
#include <string.h>

#include "devices/fw_cfg/model.h"
#include "emu/bus.h"
#include "emu/bytes.h"
#include "emu/mem.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/unit/emu/random.h"

enum {
	SELECTOR = 0x510,
	DATA = 0x511,
	DMA_HIGH = 0x514,
	DMA_LOW = 0x518,
	RAM = 4 << 20,
	ACCESS = 0x1000,
	BUFFER = 0x2000
};

static struct hub hub;
static struct bus bus;
static struct clock vclock;
static struct mem mem;
static struct fw_cfg_model fw;
static struct lint_log lints;
static const char hello[] = "hello, fw_cfg";

static void power_on(void)
{
	clock_init(&vclock);
	hub.clock = &vclock;
	bus_init(&bus, &hub, &vclock);
	lint_log_start(&lints, &hub);
	require_eq(ptr, mem_init(&mem, RAM, RAM), NULL);
	fw_cfg_model_init(&fw, "fw_cfg", &hub, &vclock, &mem, UINT64_C(0x123456000), 1);
	require_eq(ptr, fw_cfg_model_add_file(&fw, "opt/hello", hello, sizeof(hello)), NULL);
	require_eq(ptr, bus_map(&bus, BUS_PORT, FW_CFG_MODEL_BASE, FW_CFG_MODEL_PORTS, &fw.dev, 0),
		   NULL);
}

static void power_off(void) { mem_free(&mem); }

TestSuite(fw_cfg, .init = power_on, .fini = power_off, .timeout = 60);

static void choose(uint16_t key) { bus_write(&bus, BUS_PORT, SELECTOR, 16, key); }
static uint8_t next(void) { return (uint8_t)bus_read(&bus, BUS_PORT, DATA, 8); }

static uint64_t next_le(unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++) v |= (uint64_t)next() << (8 * i);
	return v;
}

static uint64_t next_be(unsigned bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0) v = v << 8 | next();
	return v;
}

static void linted(const char *id, enum lint_severity severity)
{
	check_eq(u32, lints.n, 1, "%s", id);
	check_eq(str, lints.last, id);
	check_eq(int, lints.severity, severity, "%s", id);
	lints.n = 0;
}

/* ---- the two ports ---- */

Test(fw_cfg, the_table_is_sound)
{
	const struct reg_desc *where = NULL;
	check_eq(ptr, reg_table_fault(fw_cfg_regs, FW_CFG_MODEL_N_REGS, &where), NULL);
}

Test(fw_cfg, signature_and_features_show_that_it_is_there)
{
	choose(0);
	check_eq(u8, next(), 'Q');
	check_eq(u8, next(), 'E');
	check_eq(u8, next(), 'M');
	check_eq(u8, next(), 'U');
	choose(1);
	check_eq(u64, next_le(4), 3);
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, memory_and_processors_have_items)
{
	choose(3);
	check_eq(u64, next_le(8), UINT64_C(0x123456000));
	choose(5);
	check_eq(u64, next_le(2), 1);
	choose(0xf);
	check_eq(u64, next_le(2), 1);
}

Test(fw_cfg, behind_the_end_of_an_item_there_are_zeroes)
{
	choose(1);
	(void)next_le(4);
	for (unsigned i = 0; i < 100; i++) check_eq(u8, next(), 0);
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, choosing_an_item_begins_at_its_start)
{
	choose(0);
	(void)next();
	(void)next();
	choose(0);
	check_eq(u8, next(), 'Q');
}

Test(fw_cfg, bit_14_of_the_key_chooses_the_same_item)
{
	choose(0x4000);
	check_eq(u8, next(), 'Q');
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, an_unknown_key_reads_zero_and_is_reported_as_not_modelled)
{
	choose(0x1234);
	linted("fw_cfg.SELECTOR.unknown-key", LINT_NOT_MODELLED);
	check_eq(u64, next_le(8), 0);
	choose(0x8000);
	linted("fw_cfg.SELECTOR.unknown-key", LINT_NOT_MODELLED);
}

Test(fw_cfg, the_directory_names_every_file)
{
	char name[56];

	require_eq(ptr, fw_cfg_model_add_file(&fw, "etc/second", "xy", 2), NULL);
	choose(0x19);
	check_eq(u64, next_be(4), 2);
	check_eq(u64, next_be(4), sizeof(hello));
	check_eq(u64, next_be(2), 0x20);
	check_eq(u64, next_be(2), 0);
	for (unsigned i = 0; i < 56; i++) name[i] = (char)next();
	check_eq(str, name, "opt/hello");
	check_eq(u64, next_be(4), 2);
	check_eq(u64, next_be(2), 0x21);
	(void)next_be(2);
	for (unsigned i = 0; i < 56; i++) name[i] = (char)next();
	check_eq(str, name, "etc/second");
	check_eq(u8, next(), 0);
	choose(0x21);
	check_eq(u8, next(), 'x');
	check_eq(u8, next(), 'y');
}

Test(fw_cfg, invalid_files_are_refused)
{
	char name[57];

	memset(name, 'n', sizeof(name));
	name[56] = '\0';
	check_ne(ptr, fw_cfg_model_add_file(&fw, name, "", 0), NULL);
	name[55] = '\0';
	check_eq(ptr, fw_cfg_model_add_file(&fw, name, "", 0), NULL);
	check_ne(ptr, fw_cfg_model_add_file(&fw, name, "", 0), NULL, "twice");
	check_ne(ptr, fw_cfg_model_add_file(&fw, "", "", 0), NULL);
	for (char c = '!'; fw.n_files < FW_CFG_MODEL_MAX_FILES; c++) {
		char one[2] = { c, '\0' };
		check_eq(ptr, fw_cfg_model_add_file(&fw, one, "", 0), NULL);
	}
	check_ne(ptr, fw_cfg_model_add_file(&fw, "full", "", 0), NULL);
}

Test(fw_cfg, a_write_to_the_data_port_is_ignored_and_reported)
{
	choose(0);
	(void)next();
	bus_write(&bus, BUS_PORT, DATA, 8, 0x55);
	linted("fw_cfg.DATA.write", LINT_GUEST);
	check_eq(u8, next(), 'E', "key and offset are as before");
}

Test(fw_cfg, a_byte_is_no_key)
{
	choose(0);
	bus_write(&bus, BUS_PORT, SELECTOR, 8, 1);
	linted("fw_cfg.SELECTOR.width", LINT_GUEST);
	check_eq(u8, next(), 'Q');
}

Test(fw_cfg, the_selector_cannot_be_read)
{
	check_eq(u64, bus_read(&bus, BUS_PORT, SELECTOR, 8), 0xff);
	linted("fw_cfg.SELECTOR.writeonly", LINT_GUEST);
}

/* ---- DMA ---- */

static void put_be(uint64_t at, uint64_t v, unsigned bytes)
{
	uint8_t raw[8];

	for (unsigned i = 0; i < bytes; i++) raw[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
	require(mem_write(&mem, at, raw, bytes));
}

static uint32_t control(void)
{
	uint8_t raw[4];

	require(mem_read(&mem, ACCESS, raw, 4));
	return get_be32(raw);
}

static uint32_t swapped(uint32_t v) { return __builtin_bswap32(v); }

static void begin(uint32_t ctrl, uint32_t length, uint64_t address)
{
	put_be(ACCESS, ctrl, 4);
	put_be(ACCESS + 4, length, 4);
	put_be(ACCESS + 8, address, 8);
	bus_write(&bus, BUS_PORT, DMA_LOW, 32, swapped(ACCESS));
}

static void finish(void) { clock_run_until(&vclock, clock_now(&vclock) + UINT64_C(10000000000)); }

static void dma(uint32_t ctrl, uint32_t length, uint64_t address)
{
	begin(ctrl, length, address);
	finish();
}

static bool holds(uint64_t at, const void *bytes, size_t n)
{
	uint8_t got[256];

	require(mem_read(&mem, at, got, n));
	return memcmp(got, bytes, n) == 0;
}

Test(fw_cfg, the_dma_register_reads_as_a_signature)
{
	check_eq(u64, bus_read(&bus, BUS_PORT, DMA_HIGH, 32), 0x554d4551);
	check_eq(u64, bus_read(&bus, BUS_PORT, DMA_LOW, 32), 0x47464320);
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, dma_selects_reads_and_clears_control)
{
	dma(0x0020000a, sizeof(hello), BUFFER);
	check_eq(u32, control(), 0);
	check(holds(BUFFER, hello, sizeof(hello)));
	check(holds(BUFFER + sizeof(hello), "\xcc", 1), "and not one byte more");
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, dma_takes_time_and_control_says_when_it_is_done)
{
	begin(0x0020000a, 14, BUFFER);
	check_eq(u32, control(), 0x0020000a);
	check(holds(BUFFER, "\xcc", 1));
	clock_run_until(&vclock, FW_CFG_MODEL_DMA_SETUP_NS + 14 * FW_CFG_MODEL_DMA_BYTE_NS - 1);
	check_eq(u32, control(), 0x0020000a);
	clock_run_until(&vclock, FW_CFG_MODEL_DMA_SETUP_NS + 14 * FW_CFG_MODEL_DMA_BYTE_NS);
	check_eq(u32, control(), 0);
	check(holds(BUFFER, hello, 14));
	check(!fw.s.busy);
	check(!clock_armed(&vclock, fw.timer));
}

Test(fw_cfg, dma_goes_on_where_the_last_one_ended)
{
	dma(0x0020000a, 5, BUFFER);
	dma(0x00000004, 2, 0);
	dma(0x00000002, 6, BUFFER);
	check(holds(BUFFER, "fw_cfg", 6));
	check_eq(u8, next(), 0, "the data port shares the offset");
	choose(0x20);
	(void)next();
	dma(0x00000002, 4, BUFFER);
	check(holds(BUFFER, "ello", 4));
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, dma_behind_the_end_reads_zeroes)
{
	static const uint8_t zeroes[200];

	dma(0x0001000a, 204, BUFFER);
	check_eq(u32, control(), 0);
	check(holds(BUFFER, "\x03\0\0\0", 4));
	check(holds(BUFFER + 4, zeroes, sizeof(zeroes)));
	dma(0x00010008 | 4, UINT32_MAX, 0);
	dma(4, UINT32_MAX, 0);
	dma(2, 8, BUFFER);
	check(holds(BUFFER, zeroes, 8));
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, dma_from_within_an_item_ends_with_it)
{
	require_eq(ptr, fw_cfg_model_add_file(&fw, "cut", "abcdEFGH", 4), NULL);
	dma(0x0021000c, 2, 0);
	dma(0x00000002, 6, BUFFER);
	check(holds(BUFFER, "cd\0\0\0\0", 6));
}

Test(fw_cfg, a_transfer_longer_than_a_block_is_whole)
{
	static uint8_t large[10000], got[10000];

	for (unsigned i = 0; i < sizeof(large); i++) large[i] = (uint8_t)(i * 7 + i / 256);
	require_eq(ptr, fw_cfg_model_add_file(&fw, "large", large, sizeof(large)), NULL);
	dma(0x0021000a, sizeof(large), BUFFER + 3);
	require(mem_read(&mem, BUFFER + 3, got, sizeof(got)));
	check_eq(int, memcmp(large, got, sizeof(got)), 0);
}

Test(fw_cfg, select_alone_moves_nothing)
{
	dma(0x00200008, 100, BUFFER);
	check_eq(u32, control(), 0);
	check(holds(BUFFER, "\xcc\xcc", 2));
	check_eq(u8, next(), 'h');
}

Test(fw_cfg, reading_goes_before_writing_and_skipping)
{
	dma(0x0020001e, 5, BUFFER);
	check(holds(BUFFER, "hello", 5));
	check_eq(u32, control(), 0);
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, writing_an_item_is_an_error)
{
	dma(0x00200018, 2, BUFFER);
	check_eq(u32, control(), 1);
	linted("fw_cfg.DMA_LOW.read-only", LINT_GUEST);
	dma(0x0020000a, 5, BUFFER);
	check(holds(BUFFER, "hello", 5));
}

Test(fw_cfg, data_without_memory_set_the_error_bit)
{
	dma(0x0020000a, 16, UINT64_C(0x8000000000));
	check_eq(u32, control(), 1);
	linted("fw_cfg.nowhere", LINT_GUEST);
	dma(0x0020000a, 16, RAM - 8);
	check_eq(u32, control(), 1);
	lints.n = 0;
	dma(0x0020000a, 16, UINT64_MAX - 3);
	check_eq(u32, control(), 1);
}

Test(fw_cfg, a_control_structure_without_memory_is_reported)
{
	bus_write(&bus, BUS_PORT, DMA_HIGH, 32, swapped(0x55));
	bus_write(&bus, BUS_PORT, DMA_LOW, 32, swapped(ACCESS));
	linted("fw_cfg.nowhere", LINT_GUEST);
	check(!clock_armed(&vclock, fw.timer));
	/* Both halves are 0 again: the next operation needs only the low one. */
	dma(0x0020000a, 5, BUFFER);
	check(holds(BUFFER, "hello", 5));
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, the_address_has_two_halves)
{
	put_be(ACCESS, 0x0020000a, 4);
	put_be(ACCESS + 4, 5, 4);
	put_be(ACCESS + 8, BUFFER, 8);
	bus_write(&bus, BUS_PORT, DMA_HIGH, 32, 0);
	check(!clock_armed(&vclock, fw.timer));
	bus_write(&bus, BUS_PORT, DMA_LOW, 32, swapped(ACCESS));
	check(clock_armed(&vclock, fw.timer));
	finish();
	check(holds(BUFFER, "hello", 5));
}

Test(fw_cfg, a_part_of_the_address_starts_nothing)
{
	bus_write(&bus, BUS_PORT, DMA_LOW, 16, 0x10);
	linted("fw_cfg.DMA_LOW.width", LINT_GUEST);
	check(!clock_armed(&vclock, fw.timer));
	check_eq(u64, fw.s.reg[FW_CFG_MODEL_DMA_LOW], 0);
}

Test(fw_cfg, a_driver_that_does_not_wait_is_reported)
{
	begin(0x0020000a, 14, BUFFER);
	bus_write(&bus, BUS_PORT, DMA_LOW, 32, swapped(ACCESS));
	linted("fw_cfg.DMA_LOW.busy", LINT_GUEST);
	(void)next();
	linted("fw_cfg.DATA.busy", LINT_GUEST);
	choose(0);
	linted("fw_cfg.SELECTOR.busy", LINT_GUEST);
	bus_write(&bus, BUS_PORT, DMA_HIGH, 32, 0);
	linted("fw_cfg.DMA_HIGH.busy", LINT_GUEST);
	finish();
	check_eq(u32, control(), 0, "the first operation is carried out, and once");
	check_eq(u32, lints.n, 0);
}

Test(fw_cfg, bits_of_control_without_a_meaning_are_reported)
{
	dma(0x0020002a, 5, BUFFER);
	linted("fw_cfg.DMA_LOW.reserved", LINT_GUEST);
	check_eq(u64, lints.bits, 0x20);
	check(holds(BUFFER, "hello", 5));
}

Test(fw_cfg, a_reset_drops_what_is_under_way)
{
	begin(0x0020000a, 14, BUFFER);
	fw_cfg_model_reset(&fw);
	finish();
	check_eq(u32, control(), 0x0020000a);
	check(holds(BUFFER, "\xcc", 1));
	check_eq(u8, next(), 'Q');
}

Test(fw_cfg, its_state_is_plain_data)
{
	struct fw_cfg_model_state saved;

	choose(0x20);
	(void)next();
	saved = fw.s;
	choose(0);
	fw.s = saved;
	check_eq(u8, next(), 'e');
}

Test(fw_cfg, random_accesses_do_no_harm)
{
	uint64_t seed = 0x510;

	for (unsigned i = 0; i < 100000; i++) {
		uint16_t port = (uint16_t)(0x508 + random_next(&seed) % 24);
		unsigned width = 8u << random_next(&seed) % 3;
		uint64_t v = random_next(&seed);

		if (i % 16 == 0)
			begin((uint32_t)(v & 0x003f001f), (uint32_t)(v >> 48),
			      random_any_size(&seed));
		else if (v % 2)
			bus_write(&bus, BUS_PORT, port, width, v >> 8);
		else
			(void)bus_read(&bus, BUS_PORT, port, width);
		if (i % 64 == 0) finish();
	}
}
