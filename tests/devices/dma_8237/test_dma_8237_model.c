/* SPDX-License-Identifier: MIT */
/* 8237A pair and page registers, against Intel 231466 and its reprints. */
#include <string.h>

#include "devices/dma_8237/model.h"
#include "emu/array.h"
#include "emu/bus.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/unit/emu/random.h"

static struct hub hub;
static struct bus bus;
static struct dma_8237_model dma;
static struct lint_log lints;

static void map(uint64_t base, uint64_t size, struct device *dev, uint64_t offset)
{
	require_eq(ptr, bus_map(&bus, BUS_PORT, base, size, dev, offset), NULL);
}

static void power_on(void)
{
	bus_init(&bus, &hub, NULL);
	lint_log_start(&lints, &hub);
	dma_8237_model_init(&dma, "dma", &hub);
	map(0x00, DMA_8237_MODEL_PORTS1, &dma.chip1, 0);
	map(0xc0, DMA_8237_MODEL_PORTS2, &dma.chip2, 0);
	map(DMA_8237_MODEL_PAGE_BASE, DMA_8237_MODEL_PAGE_PORTS, &dma.page, 1);
}

TestSuite(i8237, .init = power_on, .timeout = 60);

static void out(uint16_t port, uint8_t v) { bus_write(&bus, BUS_PORT, port, 8, v); }
static uint8_t in(uint16_t port) { return (uint8_t)bus_read(&bus, BUS_PORT, port, 8); }

static uint16_t in_word(uint16_t port)
{
	uint16_t low = in(port);
	return (uint16_t)(low | in(port) << 8);
}

static void out_word(uint16_t port, uint16_t v)
{
	out(port, (uint8_t)v);
	out(port, (uint8_t)(v >> 8));
}

static void linted(const char *id, enum lint_severity severity)
{
	check_eq(u32, lints.n, 1, "%s", id);
	check_eq(str, lints.last, id);
	check_eq(int, lints.severity, severity, "%s", id);
	lints.n = 0;
}

Test(i8237, the_tables_are_sound)
{
	const struct reg_desc *where = NULL;

	check_eq(ptr, reg_table_fault(dma_8237_model_regs1, DMA_8237_MODEL_N_REGS, &where), NULL);
	check_eq(ptr, reg_table_fault(dma_8237_model_regs2, DMA_8237_MODEL_N_REGS, &where), NULL);
	check_eq(ptr, reg_table_fault(dma_8237_page_regs, DMA_8237_MODEL_N_PAGES, &where), NULL);
	check_le(sz, reg_table_slots(dma_8237_model_regs2, DMA_8237_MODEL_N_REGS),
		 2 * DMA_8237_MODEL_N_REGS);
}

Test(i8237, addresses_and_counts_take_two_bytes_lower_first)
{
	for (uint16_t reg = 0; reg < 8; reg++) out_word(reg, (uint16_t)(0x1234 + 0x1111 * reg));
	for (uint16_t reg = 0; reg < 8; reg++)
		check_eq(u16, in_word(reg), (uint16_t)(0x1234 + 0x1111 * reg));
	check_eq(u32, lints.n, 0);
}

Test(i8237, the_second_chip_has_its_registers_two_ports_apart_twice)
{
	for (uint16_t reg = 0; reg < 8; reg++)
		out_word((uint16_t)(0xc0 + 2 * reg), (uint16_t)(0xabcd + 0x111 * reg));
	for (uint16_t reg = 0; reg < 8; reg++) {
		check_eq(u16, in_word((uint16_t)(0xc0 + 2 * reg)), 0xabcd + 0x111 * reg);
		check_eq(u16, in_word((uint16_t)(0xc1 + 2 * reg)), 0xabcd + 0x111 * reg);
	}
	out(0xdf, 0x05);
	check_eq(u8, in(0xde), 0x05);
	check_eq(u32, lints.n, 0);
}

Test(i8237, each_chip_has_a_byte_pointer_of_its_own, .description = "82801DB 5.4.5.1")
{
	out_word(0x00, 0x1122);
	out_word(0xc4, 0x3344);
	check_eq(u8, in(0x00), 0x22);
	check_eq(u8, in(0xc4), 0x44);
	check_eq(u8, in(0x00), 0x11);
	check_eq(u8, in(0xc4), 0x33);
	check_eq(u32, lints.n, 0);
}

Test(i8237, clearing_the_byte_pointer_begins_with_the_lower_byte, .description = "82801DB 5.4.5.1")
{
	out_word(0x02, 0x5678);
	check_eq(u8, in(0x02), 0x78);
	out(0x0c, 0xff);
	check_eq(u16, in_word(0x02), 0x5678);
	out_word(0xc8, 0x9abc);
	check_eq(u8, in(0xc8), 0xbc);
	out(0x0c, 0);
	check_eq(u8, in(0xc8), 0x9a);
	(void)in(0xc8);
	out(0xd8, 0);
	check_eq(u8, in(0xc8), 0xbc);
	check_eq(u32, lints.n, 0);
}

Test(i8237, halves_of_two_registers_are_reported)
{
	out(0x00, 0x11);
	out(0x01, 0x22);
	linted("i8237.COUNT0.flip-flop", LINT_GUEST);
	out_word(0x04, 1);
	(void)in(0x04);
	(void)in(0x05);
	check_eq(u32, lints.n, 2, "flip-flop and unprogrammed");
}

Test(i8237, an_address_read_before_it_was_written_is_reported, .description = "460GX SDM 11.2.1.7")
{
	(void)in(0x06);
	linted("i8237.ADDR3.unprogrammed", LINT_GUEST);
	out(0x0c, 0);
	out_word(0x06, 5);
	check_eq(u16, in_word(0x06), 5);
	check_eq(u32, lints.n, 0);
	out(0x0d, 0);
	(void)in(0x06);
	linted("i8237.ADDR3.unprogrammed", LINT_GUEST);
}

Test(i8237, after_reset_all_channels_are_masked, .description = "82378ZB 3.2.6")
{
	check_eq(u8, in(0x0f), 0x0f);
	check_eq(u8, in(0xde), 0x0f);
	check_eq(u8, in(0x08), 0);
	check_eq(u8, in(0xd0), 0);
	check_eq(u8, in(0x0d), 0);
}

Test(i8237, masks_are_set_one_by_one_or_all_at_once)
{
	out(0x0a, 0x02);
	check_eq(u8, in(0x0f), 0x0b);
	out(0x0a, 0xfa);
	check_eq(u8, in(0x0f), 0x0b, "the upper bits do not matter");
	out(0x0a, 0x06);
	check_eq(u8, in(0x0f), 0x0f);
	out(0x0e, 0x55);
	check_eq(u8, in(0x0f), 0);
	out(0x0f, 0x09);
	check_eq(u8, in(0x0f), 0x09);
	check_eq(u8, in(0xde), 0x0f, "the other chip is not meant");
	out(0xd4, 0x02);
	check_eq(u8, in(0xde), 0x0b);
	out(0xd4, 0x06);
	out(0xd4, 0x01);
	check_eq(u8, in(0xde), 0x0d);
	check_eq(u8, in(0x0f), 0x09);
	check_eq(u32, lints.n, 0);
}

Test(i8237, reserved_mask_bits_are_reported, .description = "82378ZB 3.2.6")
{
	out(0x0f, 0x1f);
	linted("i8237.ALL_MASKS.reserved", LINT_GUEST);
	check_eq(u64, lints.bits, 0x10);
}

Test(i8237, master_clear_is_a_reset_of_one_chip, .description = "82801DB 5.4.5.2")
{
	out(0x0e, 0);
	out(0xdc, 0);
	out(0x00, 0x77);
	out(0x0d, 0);
	check_eq(u8, in(0x0f), 0x0f);
	check_eq(u8, in(0xde), 0x00);
	out_word(0x00, 0x1234);
	check_eq(u8, in(0x00), 0x34, "the byte pointer was cleared");
	out(0xda, 0);
	check_eq(u8, in(0xde), 0x0f);
	check_eq(u32, lints.n, 0);
}

Test(i8237, ports_that_only_take_writes_are_reported_when_read, .description = "8237A Figure 6")
{
	static const struct {
		uint16_t port;
		const char *id;
	} illegal[] = { { 0x09, "i8237.REQUEST.writeonly" },
			{ 0x0a, "i8237.SINGLE_MASK.writeonly" },
			{ 0x0b, "i8237.MODE.writeonly" },
			{ 0x0c, "i8237.CLEAR_BYTE_POINTER.writeonly" },
			{ 0x0e, "i8237.CLEAR_MASK.writeonly" },
			{ 0xd4, "i8237.SINGLE_MASK.writeonly" } };

	for (unsigned i = 0; i < ARRAY_SIZE(illegal); i++) {
		check_eq(u8, in(illegal[i].port), 0xff);
		linted(illegal[i].id, LINT_GUEST);
	}
}

Test(i8237, a_mode_with_both_transfer_bits_is_illegal_but_for_a_cascade)
{
	out(0x0b, 0x46);
	out(0x0b, 0x4a);
	out(0xd6, 0xc0);
	out(0xd6, 0xcc);
	check_eq(u32, lints.n, 0);
	out(0x0b, 0x4e);
	linted("i8237.MODE.illegal", LINT_GUEST);
	check_eq(u8, dma.s.chip1.mode[2], 0x4e);
}

Test(i8237, what_no_pc_does_is_reported_at_the_command_register)
{
	out(0x08, 0x10);
	check_eq(u32, lints.n, 0);
	out(0x08, 0x80);
	linted("i8237.COMMAND.polarity", LINT_GUEST);
	check_eq(u64, lints.bits, 0x80);
	out(0xd0, 0x01);
	linted("i8237.COMMAND.memory-to-memory", LINT_NOT_MODELLED);
}

Test(i8237, a_request_by_software_is_not_modelled)
{
	out(0x09, 0x03);
	check_eq(u32, lints.n, 0);
	out(0x09, 0x06);
	linted("i8237.REQUEST.software-request", LINT_NOT_MODELLED);
	check_eq(u8, in(0x08), 0, "no terminal count is reached");
	out(0xd2, 0x05);
	linted("i8237.REQUEST.software-request", LINT_NOT_MODELLED);
	check_eq(u8, in(0xd0), 0);
}

Test(i8237, page_registers_keep_what_is_written)
{
	for (uint16_t port = 0x81; port <= 0x8f; port++) out(port, (uint8_t)(port * 3));
	for (uint16_t port = 0x81; port <= 0x8f; port++)
		check_eq(u8, in(port), (uint8_t)(port * 3));
	check_eq(u64, dma.s.page.reg[DMA_8237_MODEL_PAGE0], 0x87 * 3 & 0xff);
	check_eq(u64, dma.s.page.reg[DMA_8237_MODEL_PAGE1], 0x83 * 3 & 0xff);
	check_eq(u64, dma.s.page.reg[DMA_8237_MODEL_PAGE5], 0x8b * 3 & 0xff);
	check_eq(u32, lints.n, 0);
}

Test(i8237, a_bios_leaves_the_cascade_open)
{
	dma_8237_model_bios_state(&dma);
	check_eq(u8, in(0xde), 0x0e);
	check_eq(u8, in(0x0f), 0x0f);
	check_eq(u8, dma.s.chip2.mode[0], 0xc0);
}

Test(i8237, its_state_is_plain_data)
{
	struct dma_8237_model_chip_state saved;

	out_word(0x00, 0x1234);
	(void)in(0x00);
	saved = dma.s.chip1;
	check_eq(u8, in(0x00), 0x12);
	out(0x0d, 0);
	dma.s.chip1 = saved;
	check_eq(u8, in(0x00), 0x12);
}

Test(i8237, random_accesses_do_no_harm)
{
	uint64_t seed = 8237;

	for (unsigned i = 0; i < 200000; i++) {
		static const uint16_t bases[] = { 0x00, 0xc0, 0x80 };
		uint16_t port = (uint16_t)(bases[random_next(&seed) % 3] + random_next(&seed) % 32);
		unsigned width = 8u << random_next(&seed) % 3;

		if (random_next(&seed) % 2)
			bus_write(&bus, BUS_PORT, port, width, random_next(&seed));
		else
			(void)bus_read(&bus, BUS_PORT, port, width);
	}
	check_le(u8, dma.s.chip1.mask, 0x0f);
	check_le(u8, dma.s.chip2.mask, 0x0f);
}
