/* SPDX-License-Identifier: MIT */
#include "emu/about.h"
#include "tests/unit/emu/regs_fixture.h"

#include <string.h>

/* ---- tables ---- */

Test(regs, the_toy_table_is_sound)
{
	const struct reg_desc *where = NULL;
	const char *fault = reg_table_fault(toy_regs, N, &where);

	require(fault == NULL, "%s: %s", where ? where->name : "", fault);
}

Test(regs, slots_count_cells_and_unused_rows)
{
	check_eq(sz, reg_table_slots(toy_regs, N), SLOTS);
	check_eq(sz, reg_table_slot(toy_regs, CTRL), 0);
	check_eq(sz, reg_table_slot(toy_regs, PORT), PORT);
	check_eq(sz, reg_table_slot(toy_regs, HALVES), HALVES + 3);
	check_eq(sz, reg_table_slot(toy_regs, MIXED), MIXED + 3);
	check_eq(sz, reg_table_slots(toy_regs, 0), 0);
}

Test(regs, every_cell_is_reset)
{
	struct reg_desc regs[2] = { toy_regs[PORT], toy_regs[CTRL] };
	uint64_t slots[6];

	memset(slots, 0xa5, sizeof slots);
	regs[0].reset = 7;
	reg_table_reset(regs, 2, slots);
	for (unsigned i = 0; i < 4; i++) check_eq(u64, slots[i], 7);
	check_eq(u64, slots[4], 0x21);
	check_eq(u64, slots[5], 0xa5a5a5a5a5a5a5a5);
	check_eq(u64, rd(0x58, 64), 0x0123456789abcdef);
}

Test(regs, masks_are_the_union_of_the_fields)
{
	const struct reg_desc no_fields = { .name = "X", .width = 8 };

	check_eq(u64, reg_mask(&toy_regs[MIXED], 1u << REG_RW), 0xff00);
	check_eq(u64, reg_mask(&toy_regs[MIXED], 1u << REG_RO | 1u << REG_RSVDP),
		 0xffff0000000000ff);
	check_eq(u64, reg_mask(&toy_regs[QWORD], 1u << REG_RW), UINT64_MAX);
	check_eq(u64, reg_mask(&toy_regs[MIXED], 0), 0);
	check_eq(u64, reg_mask(&no_fields, ~0u), 0);
}

/* ---- finding ---- */

Test(regs, an_access_returns_the_register_that_it_hit)
{
	const struct reg_desc *reg = NULL;
	uint32_t n = 9;

	device_read(&toy.dev, 0x30, 32, &reg, &n);
	check_eq(ptr, reg, &toy_regs[PORT]);
	check_eq(u32, n, 2);
	device_write(&toy.dev, 0, 8, 0x21, &reg, &n);
	check_eq(ptr, reg, &toy_regs[CTRL]);
	check_eq(u32, n, 0);
	device_read(&toy.dev, 0x1000, 32, &reg, &n);
	check_eq(ptr, reg, NULL);
	/* A register of the other direction is named too. */
	device_read(&toy.dev, 1, 8, &reg, NULL);
	check_eq(ptr, reg, &toy_regs[CMD]);
	device_write(&toy.dev, 2, 8, 0, &reg, NULL);
	check_eq(ptr, reg, &toy_regs[STATUS]);
}

Test(regs, looking_up_has_no_effect)
{
	uint32_t n = 0;

	check_eq(ptr, device_find(&toy.dev, 2, false, &n), &toy_regs[STATUS]);
	check_eq(ptr, device_find(&toy.dev, 0x42, true, &n), &toy_regs[PORT]);
	check_eq(u32, n, 3);
	check_eq(ptr, device_find(&toy.dev, 3, true, NULL), NULL);
	check_eq(uint, toy.reads + toy.writes, 0);
	check_eq(u64, *slot(STATUS), 0x8f);
	expect_silence();
}

Test(regs, each_cell_of_an_array_is_its_own)
{
	for (unsigned i = 0; i < 4; i++) {
		wr(0x10 + 16 * i, 32, 0x1000 + i);
		check_eq(uint, toy.cell, i);
	}
	for (unsigned i = 0; i < 4; i++) check_eq(u64, rd(0x10 + 16 * i, 32), 0x1000 + i);
	check_eq(uint, toy.row, PORT);
	check_eq(u64, slot(PORT)[2], 0x1002);
	expect_silence();
	rd(0x50 - 12, 32); /* at 0x44, behind PORT[3] */
	expect_lint("toy.no-register", 0x44);
}

Test(regs, the_window_chooses_the_register)
{
	toy.s.window = 1;
	wr(6, 8, 0x11);
	toy.s.window = 2;
	wr(6, 8, 0x22);
	check_eq(u64, rd(6, 8), 0x22);
	toy.s.window = 1;
	check_eq(u64, rd(6, 8), 0x11);
	expect_silence();
	toy.s.window = 0;
	check_eq(u64, rd(6, 8), 0xff);
	expect_lint("toy.no-register", 6);
	/* Rows that belong to every window still answer. */
	check_eq(u64, rd(0, 8), 0x21);
	expect_silence();
}

Test(regs, without_a_bank_hook_only_bank_0_is_there)
{
	struct device_ops ops = toy_ops;

	ops.bank = NULL;
	toy.dev.ops = &ops;
	toy.s.window = 1;
	check_eq(u64, rd(6, 8), 0xff);
	expect_lint("toy.no-register", 6);
}

/* ---- lints ---- */

Test(regs, nothing_there_reads_as_ones_of_its_width)
{
	static const unsigned widths[] = { 8, 16, 32, 64 };

	for (unsigned i = 0; i < 4; i++) {
		check_eq(u64, rd(0x100, widths[i]), UINT64_MAX >> (64 - widths[i]));
		expect_lint("toy.no-register", 0x100);
	}
	wr(UINT64_MAX - 3, 64, 1);
	expect_lint("toy.no-register", UINT64_MAX - 3);
}

Test(regs, a_write_to_a_read_only_register_does_nothing)
{
	wr(2, 8, 0x5a);
	expect_lint("toy.STATUS.readonly", 0x5a);
	check_eq(u64, *slot(STATUS), 0x8f);
	check_eq(uint, toy.writes, 0);
}

Test(regs, a_read_of_a_write_only_register_reads_ones)
{
	wr(1, 8, 0x5a);
	check_eq(u64, rd(1, 8), 0xff);
	expect_lint("toy.CMD.writeonly", 1);
	check_eq(u64, *slot(CMD), 0x5a);
	check_eq(uint, toy.reads, 0);
}

Test(regs, writing_reserved_bits_is_reported_and_has_no_effect)
{
	wr(0, 8, 0xe1 & ~0x40u); /* bit 7 has no field; KEEP is unchanged */
	expect_lint("toy.CTRL.reserved", 0x80);
	wr(0, 8, 0x61); /* bit 6: RsvdZ by name */
	expect_lint("toy.CTRL.reserved", 0x40);
	check_eq(u64, rd(0, 8), 0x21);
}

Test(regs, bits_to_preserve_must_be_written_as_read)
{
	wr(0, 8, 0x20);
	expect_silence();
	wr(0, 8, 0x11); /* 5 off, 4 on */
	expect_lint("toy.CTRL.preserve", 0x30);
	check_eq(u64, rd(0, 8), 0x21);
}

Test(regs, one_write_can_break_both_rules)
{
	wr(0, 8, 0xff);
	check_eq(sz, rec.n_lints, 2);
	check_eq(u64, recorder_lint_find(&rec, "toy.CTRL.reserved")->bits, 0xce);
	check_eq(u64, recorder_lint_find(&rec, "toy.CTRL.preserve")->bits, 0x10);
}

Test(regs, a_lint_says_where_and_why)
{
	toy.dev.bus_addr = 0xfe00;
	wr(0, 8, 0xa1);
	check_eq(u64, rec.lint[0].addr, 0xfe00);
	check(strstr(rec.lint[0].detail, "0x80") != NULL, "%s", rec.lint[0].detail);
}

enum toy_lint { TOY_LINT_TOO_SOON, TOY_LINT_DMA, TOY_LINT_LATE };

static const struct lint_desc toy_lints[] = {
	[TOY_LINT_TOO_SOON] = { .reg = "CTRL", .rule = "too-soon", .spec = "T 1.2" },
	[TOY_LINT_DMA] = { .rule = "dma", .severity = LINT_NOT_MODELLED, .spec = "" },
	[TOY_LINT_LATE] = { .reg = "CTRL INNER", .rule = "late" },
	{ 0 },
};

Test(regs, a_model_reports_its_own_rules)
{
	device_lint(&toy.dev, &toy_lints[TOY_LINT_TOO_SOON], NULL, 5, "%d ns too soon", 17);
	device_lint(&toy.dev, &toy_lints[TOY_LINT_DMA], NULL, 0, "DMA is not modelled");
	require_eq(sz, rec.n_lints, 2);
	check_eq(str, rec.lint[0].id, "toy.CTRL.too-soon");
	check_eq(str, rec.lint[0].detail, "17 ns too soon");
	check_eq(u64, rec.lint[0].bits, 5);
	check_eq(int, rec.lint[0].severity, LINT_GUEST);
	check_eq(str, rec.lint[1].id, "toy.dma");
	check_eq(int, rec.lint[1].severity, LINT_NOT_MODELLED);
}

static char spec[16];

static void note_spec(void *ctx, const struct lint *l)
{
	(void)ctx;
	snprintf(spec, sizeof spec, "%s", l->spec);
}

static const char *spec_told(enum toy_lint lint, const char *reg)
{
	static struct observer specs = { .lint = note_spec };

	hub_attach(&hub, &specs);
	device_lint(&toy.dev, &toy_lints[lint], reg, 0, "%s", "");
	return spec;
}

Test(regs, a_lint_without_a_citation_has_that_of_its_register)
{
	static const struct reg_desc inner[] = { { .name = "INNER", .spec = "T 20" } };
	static const struct device_about about = { .table = { ABOUT_TABLE(toy_regs, N, NULL),
							      ABOUT_INNER_TABLE(inner, 1, NULL) } };
	struct device_ops ops = toy_ops;

	check_eq(str, spec_told(TOY_LINT_TOO_SOON, NULL), "T 1.2", "its own");
	check_eq(str, spec_told(TOY_LINT_LATE, "CTRL"), "T 1");
	check_eq(str, spec_told(TOY_LINT_LATE, "INNER"), "", "in no table");
	check_eq(str, spec_told(TOY_LINT_DMA, "CTRL"), "", "none is one too");
	ops.about = &about;
	toy.dev.ops = &ops;
	check_eq(str, spec_told(TOY_LINT_LATE, "INNER"), "T 20");
	check_eq(str, spec_told(TOY_LINT_LATE, "CTRL"), "T 1");
}

Test(regs, a_detail_of_any_length_is_cut)
{
	char longest[1000];

	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	device_lint(&toy.dev, &toy_lints[TOY_LINT_DMA], NULL, 0, "%s", longest);
	check_eq(sz, rec.n_lints, 1);
	check_lt(sz, strlen(rec.lint[0].detail), sizeof rec.lint[0].detail);
}

Test(regs, a_device_without_a_hub_is_silent)
{
	toy.dev.hub = NULL;
	check_eq(u64, rd(0x100, 16), 0xffff);
	wr(0, 8, 0xff);
	wr(0x100, 8, 0);
	device_lint(&toy.dev, &toy_lints[TOY_LINT_DMA], "CTRL", 0, "%s", "");
	expect_silence();
}

/* ---- registers that are reached ---- */

static char reached[128];

static void on_reached(void *ctx, const struct reg_desc *reg, bool write, uint64_t lane,
		       uint64_t value)
{
	size_t used = strlen(reached);

	(void)ctx;
	snprintf(reached + used, sizeof reached - used, "%s%c%llx/%llx ", reg->name,
		 write ? '=' : '?', (unsigned long long)(value & lane), (unsigned long long)lane);
}

Test(regs, each_register_that_an_access_reaches_is_told_with_its_bits)
{
	static struct observer asks = { .reached = on_reached };

	hub_attach_everywhere(&asks);
	wr(0, 8, 0x21);
	check_eq(u64, rd(0, 8), 0x21);
	check_eq(str, reached, "CTRL=21/ff CTRL?21/ff ");
	reached[0] = '\0';
	wr(0x1c, 32, 0x22222222); /* the upper half */
	check_eq(str, reached, "HALVES=2222222200000000/ffffffff00000000 ");
	reached[0] = '\0';
	(void)rd(0x100, 8); /* nothing is there */
	check_eq(str, reached, "");
	toy.dev.hub = NULL;
	(void)reg_apply_write(&toy.dev, &toy_regs[DAT], 0, 0x15a);
	(void)reg_apply_read(&toy_regs[DAT], 0x15a);
	check_eq(str, reached, "DAT=5a/ff DAT?5a/ff ");
}

/* ---- widths ---- */

Test(regs, halves_are_no_violation)
{
	wr(0x18, 32, 0x11111111);
	wr(0x1c, 32, 0x22222222);
	check_eq(u64, rd(0x18, 64), 0x2222222211111111);
	check_eq(u64, rd(0x1c, 32), 0x22222222);
	check_eq(u64, toy.last.raw, 0x2222222211111111);
	check_eq(u64, toy.last.old, 0x11111111);
	expect_silence();
	rd(0x18, 16);
	expect_lint("toy.HALVES.width", 16);
}

Test(regs, halves_that_are_not_allowed_are_reported_and_still_work)
{
	wr(0x28, 32, 0x11111111);
	expect_lint("toy.QWORD.width", 32);
	wr(0x2c, 32, 0x22222222);
	expect_lint("toy.QWORD.width", 32);
	check_eq(u64, rd(0x28, 64), 0x2222222211111111);
}

Test(regs, allowed_lanes_are_no_violation)
{
	wr(0x38, 32, 0x44332211);
	wr(0x39, 8, 0xaa);
	wr(0x3a, 16, 0xbbcc);
	check_eq(u64, rd(0x38, 32), 0xbbccaa11);
	check_eq(u64, rd(0x3b, 8), 0xbb);
	check_eq(u64, rd(0x38, 16), 0xaa11);
	expect_silence();
}

Test(regs, an_access_beside_its_lane_is_misaligned)
{
	wr(0x38, 32, 0x44332211);
	check_eq(u64, rd(0x39, 16), 0x3322);
	check_eq(str, rec.lint[0].detail, "16-bit access at byte 1 of a register of 32 bits");
	expect_lint("toy.LANES.misaligned", 0x39);
	check_eq(u64, rd(0x3a, 16), 0x4433);
	expect_silence();
	/* The first half is in the register, the second in the hole behind it. */
	check_eq(u64, rd(0x3a, 32), 0xffff4433);
	check_eq(sz, rec.n_lints, 2);
	check_eq(sz, recorder_lint_count(&rec, "toy.LANES.misaligned"), 1);
	check_eq(sz, recorder_lint_count(&rec, "toy.no-register"), 1);
	recorder_clear(&rec);
	wr(0x39, 16, 0xeeee);
	expect_lint("toy.LANES.misaligned", 0x39);
	check_eq(u64, rd(0x38, 32), 0x44eeee11);
}

Test(regs, a_wide_access_to_bytes_is_split_and_reported)
{
	wr(0, 16, 0x5a20); /* CTRL, CMD */
	/* Not "a 8-bit register". */
	check_eq(str, rec.lint[0].detail, "16-bit access to a register of 8 bits");
	expect_lint("toy.CTRL.width", 16);
	check_eq(u64, *slot(CTRL), 0x20);
	check_eq(u64, *slot(CMD), 0x5a);
	check_eq(uint, toy.writes, 2);
	/* The reads go on past what cannot be read: CMD is write-only, 3 a hole. */
	check_eq(u64, rd(0, 32), 0xff8fff20);
	check_eq(sz, rec.n_lints, 2);
	check_eq(sz, recorder_lint_count(&rec, "toy.CTRL.width"), 1);
	check_eq(sz, recorder_lint_count(&rec, "toy.CMD.writeonly"), 1);
}

Test(regs, a_wide_access_may_be_allowed)
{
	wr(0x50, 16, 0xabcd);
	check_eq(u64, rd(0x50, 8), 0xcd);
	check_eq(u64, rd(0x51, 8), 0xab);
	check_eq(u64, rd(0x50, 16), 0xabcd);
	expect_silence();
	rd(0x50, 32);
	check_ge(sz, recorder_lint_count(&rec, "toy.IDX.width"), 1);
}

Test(regs, a_quadword_over_two_registers_is_split_in_two)
{
	wr(0x10, 64, 0x2222222211111111); /* PORT[0], and a hole */
	check_eq(u64, rd(0x10, 32), 0x11111111);
	check_eq(uint, toy.writes, 1);
	check_eq(sz, recorder_lint_count(&rec, "toy.PORT.width"), 1);
	check_eq(sz, recorder_lint_count(&rec, "toy.no-register"), 1);
}

Test(regs, an_access_before_a_register_reaches_into_it)
{
	*slot(EVENT) = 0x1234;
	check_eq(u64, rd(3, 16), 0x34ff);
	expect_lint("toy.no-register", 3);
}

Test(regs, no_width_can_break_it)
{
	for (unsigned width = 0; width <= 255; width++)
		for (uint64_t offset = 0; offset < 0x70; offset++) {
			wr(offset, width, UINT64_MAX);
			rd(offset, width);
		}
	check_gt(sz, rec.n_lints, 0);
}

/* ---- the lookup ---- */

Test(regs, the_remembered_row_never_changes_the_answer)
{
	uint64_t rng = 0x2545f4914f6cdd1d;

	for (unsigned i = 0; i < 20000; i++) {
		uint64_t offset = random_next(&rng) % 0x70;
		bool write = random_next(&rng) & 1;
		uint32_t n = 0, m = 0;
		struct toy other; /* it has remembered no row yet */

		toy.s.window = (uint8_t)(random_next(&rng) % 3);
		memset(&other, 0, sizeof other);
		device_init(&other.dev, &toy_ops, "other", NULL, other.s.reg, &other.s,
			    sizeof other.s);
		other.s.window = toy.s.window;
		const struct reg_desc *got = device_find(&toy.dev, offset, write, &n);
		const struct reg_desc *want = device_find(&other.dev, offset, write, &m);
		require_eq(ptr, got, want, "offset %lx", offset);
		require_eq(u32, n, m);
	}
}

/* ---- device memory ---- */

static uint8_t frame[16];

static uint64_t frame_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	(void)width;
	return UINT64_C(0xffffffffffffff00) | frame[offset % sizeof frame];
}

static void frame_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev;
	(void)width;
	frame[offset % sizeof frame] = (uint8_t)value;
}

Test(regs, device_memory_bypasses_the_table)
{
	struct device_ops ops = toy_ops;
	const struct reg_desc *reg = &toy_regs[0];

	ops.mem_read = frame_read;
	ops.mem_write = frame_write;
	toy.dev.ops = &ops;
	device_write(&toy.dev, 2, 8, 0x77, &reg, NULL);
	check_eq(ptr, reg, NULL);
	check_eq(u64, device_read(&toy.dev, 2, 8, &reg, NULL), 0x77);
	check_eq(u64, rd(2, 16), 0xff77);
	check_eq(ptr, device_find(&toy.dev, 0, true, NULL), NULL);
	expect_silence();
}

Test(regs, a_field_has_a_mask_and_a_value)
{
	const struct reg_field low = { .msb = 2, .lsb = 0 }, one = { .msb = 5, .lsb = 5 },
			       high = { .msb = 63, .lsb = 60 }, all = { .msb = 63, .lsb = 0 };
	const uint64_t value = UINT64_C(0xa000000000000025);

	check_eq(u64, reg_field_mask(&low), 7);
	check_eq(u64, reg_field_mask(&one), 0x20);
	check_eq(u64, reg_field_mask(&high), UINT64_C(0xf000000000000000));
	check_eq(u64, reg_field_mask(&all), UINT64_MAX);
	check_eq(u64, reg_field_value(&low, value), 5);
	check_eq(u64, reg_field_value(&one, value), 1);
	check_eq(u64, reg_field_value(&high, value), 0xa);
	check_eq(u64, reg_field_value(&all, value), value);
}

/* What is behind the array would be overwritten, or read as a register, without a word. */
Test(regs, an_array_with_too_few_slots_is_noted_and_what_is_behind_stays)
{
	static struct {
		struct device dev;
		uint64_t reg[1], behind[1000];
	} small;

	memset(&small, 0x5a, sizeof(small));
	device_init(&small.dev, &toy_ops, "small", NULL, small.reg, &small.reg, sizeof(small.reg));
	check_eq(u64, small.dev.few_bytes, sizeof(small.reg));
	check_eq(u64, small.reg[0], UINT64_C(0x5a5a5a5a5a5a5a5a));
	for (size_t i = 0; i < sizeof(small.behind) / sizeof(small.behind[0]); i++)
		check_eq(u64, small.behind[i], UINT64_C(0x5a5a5a5a5a5a5a5a));
}

Test(regs, a_pointer_to_slots_is_taken_as_it_is)
{
	static uint64_t slots[1000];
	static struct device dev;
	uint64_t *at = slots;

	device_init(&dev, &toy_ops, "toy", NULL, at, slots, sizeof(slots));
	check_eq(ptr, dev.reg, slots);
	check_eq(u64, dev.few_bytes, 0);
}
