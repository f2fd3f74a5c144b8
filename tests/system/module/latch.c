/* SPDX-License-Identifier: MIT */
/* A module as it should be. */
#include "latch.h"

static const struct reg_desc registers[] = {
	[LATCH_HELD] = { .name = "HELD",
			 .width = 8,
			 .dir = REG_DIR_RW,
			 REG_FIELDS({ "HELD", 7, 0, REG_RW }),
			 .spec = "Latch datasheet 3.1" },
};

enum { LINT_ZERO };
static const struct lint_desc lints[] = {
	[LINT_ZERO] = { .reg = "HELD",
			.rule = "zero",
			.clause = "Only values other than 0 can be held.",
			.hardware = "The output floats.",
			.instead = "Write another value." },
	{ 0 },
};
static const struct device_about about = { .title = "An 8-bit latch",
					   .document = "Latch datasheet",
					   .table = { ABOUT_TABLE(registers, LATCH_N_REGS, NULL) },
					   .lints = { lints } };

static void on_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	const struct latch *l = (struct latch *)dev;

	(void)reg;
	(void)n;
	if (w->now == 0) device_lint(dev, &lints[LINT_ZERO], NULL, 0, "0 was written");
	l->output(l->output_ctx, (uint8_t)w->now);
}

static void reset(struct device *dev) { reg_table_reset(registers, LATCH_N_REGS, dev->reg); }

static const struct device_ops ops = { .name = "latch",
				       .about = &about,
				       .regs = registers,
				       .n_regs = LATCH_N_REGS,
				       .write = on_write,
				       .reset = reset };

static const char *init(void *model, const struct model_wiring *w)
{
	struct latch *l = model;

	l->output = w->output;
	l->output_ctx = w->output_ctx;
	device_init(&l->dev, &ops, w->instance, w->hub, l->s.reg, &l->s, sizeof(l->s));
	return NULL;
}

static void set_input(void *model, unsigned n, uint64_t value)
{
	struct latch *l = model;

	(void)n;
	l->s.reg[LATCH_HELD] = value;
}

static const struct model_part parts[] = { { .ops = &ops, .space = BUS_PORT, .size = 1 } };
static const struct model_input inputs[] = { { "held", "what it holds from now on", 255 } };

const struct model model_latch = {
	.name = "latch",
	.size = sizeof(struct latch),
	.part = parts,
	.n_parts = ARRAY_SIZE(parts),
	.init = init,
	.sends = true,
	.input = inputs,
	.n_inputs = ARRAY_SIZE(inputs),
	.set_input = set_input,
};
