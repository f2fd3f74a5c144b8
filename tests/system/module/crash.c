/* SPDX-License-Identifier: MIT */
/* A module that crashes in as many ways as its register has values, and where CRASH_IN_... says.
 * The comments that begin with "line" are searched by module.sh. */
#include <stdlib.h>
#include <string.h>

#include "latch.h"

static const struct reg_desc registers[] = {
	[LATCH_HELD] = { .name = "HOW",
			 .width = 8,
			 .dir = REG_DIR_RW,
			 REG_FIELDS({ "HOW", 7, 0, REG_RW }),
			 .spec = "none" },
};
static const struct device_about about = {
	.title = "It crashes", .table = { ABOUT_TABLE(registers, LATCH_N_REGS, NULL) }
};

static int *volatile nowhere;
static volatile unsigned depth;

static unsigned deeper(unsigned n)
{
	char room[256];

	memset(room, (int)n, sizeof(room));
	return n ? deeper(n + 1) + (unsigned)room[depth] : 0; /* line: recursion */
}

/* Then the report cannot allocate either. */
static void break_heap(void)
{
	enum { SIZE = 24, TOO_MUCH = 1 << 20, LARGE = 1 << 12 };
	static void *volatile block;

	block = malloc(LARGE);
	memset((char *)block - SIZE, 0xff, LARGE + TOO_MUCH / 16);
	for (unsigned i = 0; i < SIZE; i++) block = malloc((size_t)LARGE << i % 5); /* line: heap */
}

static void arm_nothing(const struct latch *l)
{
	clock_arm(l->clock, 0, clock_now(l->clock)); /* line: unadded */
}

static void crash(const struct device *dev, uint64_t how)
{
	static const struct lint_desc lint = { .reg = "ONE TWO", .rule = "wrong" };

	switch (how) {
	case 1: *nowhere = 1; break;                                         /* line: write */
	case 2: abort();                                                     /* line: abort */
	case 3: memset(nowhere, 1, dev->state_size); break;                  /* line: libc */
	case 4: device_lint(dev, &lint, NULL, 0, "of two registers"); break; /* line: ours */
	case 5: depth = deeper(1); break;
	case 6: depth = 100 / depth; break; /* line: division */
	case 7: break_heap(); break;
	case 8:
		while (!nowhere) depth++; /* line: loop */
		break;
	case 11: exit(3); /* line: exit */
	case 12: arm_nothing((const struct latch *)dev); break;
	case 13:
		latch_spin(&nowhere); /* line: header */
		depth++;
		break;
	default: break;
	}
}

/* Loops that call bimetal are as endless: most of the time passes in bimetal. */
static void loop(struct device *dev, uint64_t how)
{
	static const struct lint_desc lint = { .reg = "HOW", .rule = "wrong" };
	struct latch *l = (struct latch *)dev;

	while (how == 9 && !nowhere)
		device_lint(dev, &lint, NULL, depth, "again"); /* line: lints */
	while (how == 10 && !nowhere)
		clock_arm(l->clock, l->timer, clock_now(l->clock)); /* line: arms */
}

static void on_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	(void)reg;
	(void)n;
	crash(dev, w->now);
	loop(dev, w->now);
}

static uint64_t on_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	(void)dev;
	(void)reg;
	(void)n;
	return stored + (uint64_t)*nowhere; /* line: read */
}

static void reset(struct device *dev) { reg_table_reset(registers, LATCH_N_REGS, dev->reg); }

static const struct device_ops ops = { .name = "crash",
				       .about = &about,
				       .regs = registers,
				       .n_regs = LATCH_N_REGS,
				       .read = on_read,
				       .write = on_write,
				       .reset = reset };

static const char *init(void *model, const struct model_wiring *w)
{
	struct latch *l = model;

#ifdef CRASH_IN_INIT
	*nowhere = 1; /* line: init */
#endif
	device_init(&l->dev, &ops, w->instance, w->hub, l->s.reg, &l->s, sizeof(l->s));
	l->clock = w->clock;
	l->timer = clock_add_timer(w->clock, "crash", NULL, NULL);
	return NULL;
}

#ifdef CRASH_IN_CONSTRUCTOR
__attribute__((constructor)) static void construct(void) { *nowhere = 1; }
#endif

static const struct model_part parts[] = { { .ops = &ops, .space = BUS_PORT, .size = 1 } };
const struct model CRASH_MODEL = { .name = "crash",
#ifdef CRASH_IN_CHECK
				   .size = sizeof(struct latch),
				   .part = (const struct model_part *)8, /* the check reads it */
#else
				   .size = sizeof(struct latch),
				   .part = parts,
#endif
				   .n_parts = ARRAY_SIZE(parts),
				   .init = init };
