/* SPDX-License-Identifier: MIT */
/* What reads and writes change, by the kind of access of each field. */
#include "tests/unit/emu/regs_fixture.h"

/* ---- effects of reading ---- */

Test(regs, reading_clears_what_reading_clears)
{
	check_eq(u64, rd(2, 8), 0x8f);
	check_eq(u64, rd(2, 8), 0x80);
	expect_silence();
}

Test(regs, reading_one_byte_clears_that_byte_alone)
{
	*slot(MIXED) = UINT64_MAX;
	rd(0x58, 32);
	check_eq(u64, *slot(MIXED), UINT64_MAX);
	rd(0x5d, 8);
	check_eq(u64, *slot(MIXED), UINT64_MAX);
	rd(0x5c, 8);
	check_eq(u64, *slot(MIXED), ~UINT64_C(0xff00000000));
}

Test(regs, the_read_hook_sees_the_value_from_before_and_decides)
{
	toy.invert = true;
	check_eq(u64, rd(2, 8), 0x70);
	check_eq(u64, rd(2, 8), 0x7f);
	check_eq(u64, rd(0x58, 32), 0x76543210);
	check_eq(u64, rd(0x5c, 16), 0xba98);
}

/* ---- every access kind against a bit-by-bit transcription of its rule ---- */

static unsigned bit(uint64_t v, unsigned i) { return (unsigned)(v >> i) & 1; }

static bool in(const struct reg_field *f, unsigned i) { return i >= f->lsb && i <= f->msb; }

/* Applies the rule of emu/regs.h to one bit; bits without a field and RSVDZ do not change. */
static unsigned bit_after_write(const struct reg_desc *r, unsigned i, unsigned old, unsigned wrote)
{
	for (const struct reg_field *f = r->fields; f->name; f++) {
		if (!in(f, i)) continue;
		if (f->access == REG_RW || f->access == REG_WO) return wrote;
		if (f->access == REG_W1C) return old && !wrote;
		if (f->access == REG_RW1S) return old || wrote;
	}
	return old;
}

static void check_write(const struct reg_desc *r, unsigned row, unsigned byte, unsigned width,
			uint64_t stored, uint64_t value)
{
	uint64_t want = 0, lane = (width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1)
				  << 8 * byte;

	for (unsigned i = 0; i < r->width; i++) {
		unsigned b = bit(stored, i);
		if (bit(lane, i)) b = bit_after_write(r, i, b, bit(value << 8 * byte, i));
		want |= (uint64_t)b << i;
	}
	*slot(row) = stored;
	wr(r->offset + byte, width, value);
	require_eq(u64, *slot(row), want, "%s/%u@%u: %lx over %lx", r->name, width, byte, value,
		   stored);
	require_eq(u64, toy.last.old, stored);
	require_eq(u64, toy.last.now, want);
	require_eq(u64, toy.last.raw, (stored & ~lane) | ((value << 8 * byte) & lane));
}

Test(regs, writes_of_garbage_over_garbage_follow_the_rules_bit_by_bit)
{
	static const unsigned rows[] = { CTRL, EVENT, MIXED, QWORD };
	uint64_t rng = 0x853c49e6748fea9b;

	for (unsigned i = 0; i < 40000; i++) {
		unsigned row = rows[i % 4];
		const struct reg_desc *r = &toy_regs[row];
		unsigned width = r->width, byte = 0;
		uint64_t stored = random_next(&rng) & (UINT64_MAX >> (64 - r->width));
		if (row == MIXED) {
			width = 8u << random_next(&rng) % 4;
			byte = (unsigned)(random_next(&rng) % (64 / width)) * width / 8;
		}
		check_write(r, row, byte, width, stored, random_next(&rng));
	}
}

/* A driver that reads a register, changes its own field and writes the register back must not
 * change other fields, RO, RC, W1C and reserved bits included, if it writes 0 to W1C and RW1S. */
Test(regs, a_read_modify_write_of_one_field_keeps_all_others)
{
	uint64_t rng = 0xda3e39cb94b95bdb, rc = 0xff00000000, w1c = 0xff000000,
		 w1s = 0xff0000000000;

	for (unsigned i = 0; i < 20000; i++) {
		uint64_t stored = random_next(&rng), field = random_next(&rng) & 0xff00, v;
		*slot(MIXED) = stored;
		v = rd(0x58, 64);
		require_eq(u64, v, stored);
		wr(0x58, 64, (v & ~(UINT64_C(0xff00) | w1c | w1s)) | field);
		require_eq(u64, *slot(MIXED), (stored & ~(UINT64_C(0xff00) | rc)) | field);
	}
	expect_silence();
}

/* The usual mistake: W1C bits that are written back as read are lost. */
Test(regs, writing_back_w1c_bits_as_read_clears_them)
{
	*slot(EVENT) = 0x00a5;
	wr(4, 16, rd(4, 16));
	check_eq(u64, *slot(EVENT), 0);
}

Test(regs, a_write_to_one_byte_clears_no_w1c_bit_of_another)
{
	*slot(MIXED) = UINT64_MAX;
	wr(0x59, 8, 0x00);
	check_eq(u64, *slot(MIXED), 0xffffffffffff00ff);
	wr(0x5b, 8, 0x0f);
	check_eq(u64, *slot(MIXED), 0xfffffffff0ff00ff);
}

Test(regs, rules_can_be_applied_to_a_register_behind_an_index)
{
	check_eq(u64, reg_apply_write(&toy.dev, &toy_regs[CTRL], 0x21, 0xa0), 0x20);
	expect_lint("toy.CTRL.reserved", 0x80);
	/* Bits beyond the register do not exist. */
	check_eq(u64, reg_apply_write(&toy.dev, &toy_regs[CTRL], 0x20, 0xffffff0000000021), 0x21);
	expect_silence();
	check_eq(u64, reg_apply_write(&toy.dev, &toy_regs[EVENT], 0x0fff, 0x100f), 0x1ff0);
	expect_silence();
}

Test(regs, a_register_behind_an_index_is_read_in_its_width)
{
	check_eq(u64, reg_apply_read(&toy_regs[CTRL], 0xffffffffffffff21), 0x21);
	check_eq(u64, reg_apply_read(&toy_regs[EVENT], 0x1fff0), 0xfff0);
	expect_silence();
}

/* Word ports at neighbouring addresses, as the index and data ports of the Bochs display are. */
static const struct reg_desc pair_regs[] = {
	{ "INDEX", 0, 16, REG_DIR_RW, 0, 0, "T 1", REG_FIELDS({ "I", 15, 0, REG_RW }), 0, 0,
	  REG_WHOLE },
	{ "DATA", 1, 16, REG_DIR_RW, 0, 0, "T 2", REG_FIELDS({ "D", 15, 0, REG_RW }), 0, 0,
	  REG_WHOLE },
};
static const struct device_ops pair_ops = { .name = "pair", .regs = pair_regs, .n_regs = 2 };

Test(regs, registers_that_are_reached_whole_may_overlap)
{
	static struct device pair;
	static uint64_t slots[2];
	const struct reg_desc *where;

	check_eq(ptr, reg_table_fault(pair_regs, 2, &where), NULL);
	device_init(&pair, &pair_ops, "toy0", &hub, slots, slots, sizeof(slots));
	device_write(&pair, 0, 16, 0x1234, NULL, NULL);
	device_write(&pair, 1, 16, 0x5678, NULL, NULL);
	check_eq(u64, device_read(&pair, 0, 16, NULL, NULL), 0x1234);
	check_eq(u64, device_read(&pair, 1, 16, NULL, NULL), 0x5678);
	expect_silence();
	check_eq(u64, device_read(&pair, 1, 8, NULL, NULL), 0x78);
	expect_lint("pair.DATA.width", 8);
	check_eq(u64, device_read(&pair, 0, 32, NULL, NULL), 0xffff1234);
	check(device_find(&pair, 2, false, NULL) == NULL);
}
