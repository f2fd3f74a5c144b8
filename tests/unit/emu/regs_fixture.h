/* SPDX-License-Identifier: MIT */
/* A device with one register of each kind, and a log of its lints. */
#ifndef TESTS_UNIT_EMU_REGS_FIXTURE_H
#define TESTS_UNIT_EMU_REGS_FIXTURE_H

#include <string.h>

#include "emu/regs.h"
#include "harness/record/recorder.h"
#include "tests/check.h"
#include "tests/unit/emu/random.h"

/* A device with one register of each kind. */
enum {
	CTRL,
	CMD,
	STATUS,
	EVENT,
	WIN1,
	WIN2,
	PORT,
	HALVES,
	QWORD,
	LANES,
	IDX,
	DAT,
	UNUSED,
	MIXED,
	N
};
enum { SLOTS = N + 3 /* PORT has four cells */ };

/* clang-format off: keep the columns of the table */
static const struct reg_desc toy_regs[N] = {
	[CTRL] = { .name = "CTRL",
		   .offset = 0,
		   .width = 8,
		   .dir = REG_DIR_RW,
		   .reset = 0x21,
		   .spec = "T 1",
		   REG_FIELDS({ "EN", 0, 0, REG_RW }, { "KEEP", 5, 4, REG_RSVDP },
			      { "ZERO", 6, 6, REG_RSVDZ }) },
	[CMD] = { .name = "CMD",
		  .offset = 1,
		  .width = 8,
		  .dir = REG_DIR_W,
		  .spec = "T 2",
		  REG_FIELDS({ "CODE", 7, 0, REG_WO }) },
	[STATUS] = { .name = "STATUS",
		     .offset = 2,
		     .width = 8,
		     .dir = REG_DIR_R,
		     .reset = 0x8f,
		     .spec = "T 3",
		     REG_FIELDS({ "CAUSE", 3, 0, REG_RC }, { "RDY", 7, 7, REG_RO }) },
	[EVENT] = { .name = "EVENT",
		    .offset = 4,
		    .width = 16,
		    .dir = REG_DIR_RW,
		    .reset = 0x0f0f,
		    .spec = "T 4",
		    REG_FIELDS({ "LO", 7, 0, REG_W1C }, { "HI", 11, 8, REG_RC },
			       { "SET", 15, 12, REG_RW1S }) },
	[WIN1] = { .name = "WIN1",
		   .offset = 6,
		   .width = 8,
		   .dir = REG_DIR_RW,
		   .bank = 1,
		   .spec = "T 5",
		   REG_FIELDS({ "V", 7, 0, REG_RW }) },
	[WIN2] = { .name = "WIN2",
		   .offset = 6,
		   .width = 8,
		   .dir = REG_DIR_RW,
		   .bank = 2,
		   .spec = "T 6",
		   REG_FIELDS({ "V", 7, 0, REG_RW }) },
	[PORT] = { .name = "PORT",
		   .offset = 0x10,
		   .width = 32,
		   .dir = REG_DIR_RW,
		   .spec = "T 7",
		   .count = 4,
		   .stride = 16,
		   REG_FIELDS({ "V", 31, 0, REG_RW }) },
	[HALVES] = { .name = "HALVES",
		     .offset = 0x18,
		     .width = 64,
		     .dir = REG_DIR_RW,
		     .spec = "T 8",
		     .widths = REG_HALVES,
		     REG_FIELDS({ "V", 63, 0, REG_RW }) },
	[QWORD] = { .name = "QWORD",
		    .offset = 0x28,
		    .width = 64,
		    .dir = REG_DIR_RW,
		    .spec = "T 9",
		    REG_FIELDS({ "V", 63, 0, REG_RW }) },
	[LANES] = { .name = "LANES",
		    .offset = 0x38,
		    .width = 32,
		    .dir = REG_DIR_RW,
		    .spec = "T 10",
		    .widths = REG_W8 | REG_W16,
		    REG_FIELDS({ "V", 31, 0, REG_RW }) },
	[IDX] = { .name = "IDX",
		  .offset = 0x50,
		  .width = 8,
		  .dir = REG_DIR_RW,
		  .spec = "T 11",
		  .widths = REG_W16,
		  REG_FIELDS({ "V", 7, 0, REG_RW }) },
	[DAT] = { .name = "DAT",
		  .offset = 0x51,
		  .width = 8,
		  .dir = REG_DIR_RW,
		  .spec = "T 12",
		  REG_FIELDS({ "V", 7, 0, REG_RW }) },
	[MIXED] = { .name = "MIXED",
		    .offset = 0x58,
		    .width = 64,
		    .dir = REG_DIR_RW,
		    .reset = 0x0123456789abcdef,
		    .spec = "T 13",
		    .widths = REG_W8 | REG_W16 | REG_W32,
		    REG_FIELDS({ "RO", 7, 0, REG_RO }, { "RW", 15, 8, REG_RW },
			       { "WO", 23, 16, REG_WO }, { "W1C", 31, 24, REG_W1C },
			       { "RC", 39, 32, REG_RC }, { "W1S", 47, 40, REG_RW1S },
			       { "RSVDP", 63, 48, REG_RSVDP }) },
};
/* clang-format on */

struct toy {
	struct device dev;
	struct toy_state {
		uint64_t reg[SLOTS];
		uint8_t window;
	} s;
	/* what the hooks saw */
	unsigned reads, writes, row, cell;
	struct reg_write last;
	bool invert; /* the read hook returns the complement */
};

static struct toy toy;
static struct hub hub;
static struct recorder rec;

static inline uint8_t window(const struct device *dev)
{
	return ((const struct toy *)dev)->s.window;
}

static inline uint64_t on_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct toy *t = (struct toy *)dev;

	t->reads++;
	t->row = reg;
	t->cell = n;
	return t->invert ? ~stored : stored;
}

static inline void on_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct toy *t = (struct toy *)dev;

	t->writes++;
	t->row = reg;
	t->cell = n;
	t->last = *w;
	check_eq(u64, w->now, dev->reg[reg_table_slot(toy_regs, reg) + n]);
}

static const struct device_ops toy_ops = { .name = "toy",
					   .regs = toy_regs,
					   .n_regs = N,
					   .bank = window,
					   .read = on_read,
					   .write = on_write };

static inline void power_on(void)
{
	memset(&toy, 0, sizeof toy);
	device_init(&toy.dev, &toy_ops, "toy0", &hub, toy.s.reg, &toy.s, sizeof toy.s);
	recorder_init(&rec);
	recorder_attach(&rec, &hub);
}

TestSuite(regs, .init = power_on, .timeout = 60);

static inline uint64_t rd(uint64_t offset, unsigned width)
{
	return device_read(&toy.dev, offset, width, NULL, NULL);
}

static inline void wr(uint64_t offset, unsigned width, uint64_t value)
{
	device_write(&toy.dev, offset, width, value, NULL, NULL);
}

static inline uint64_t *slot(unsigned row) { return &toy.s.reg[reg_table_slot(toy_regs, row)]; }

/* Expect exactly one lint so far, this one; then clear the log. */
static inline void expect_lint(const char *id, uint64_t bits)
{
	check_eq(sz, rec.n_lints, 1, "%s: first %s", id, rec.n_lints ? rec.lint[0].id : "none");
	check_eq(str, rec.lint[0].id, id);
	check_eq(u64, rec.lint[0].bits, bits, "%s", id);
	check_eq(int, rec.lint[0].severity, LINT_GUEST);
	check_eq(str, rec.lint[0].instance, "toy0");
	recorder_clear(&rec);
}

static inline void expect_silence(void)
{
	check_eq(sz, rec.n_lints, 0, "%s: %s", rec.lint[0].id, rec.lint[0].detail);
}

#endif
