/* SPDX-License-Identifier: MIT */
/* Modules that the program must refuse: WRONG says why. */
#include "bimetal/board.h"

#include "latch.h"

#ifndef THE_MAGIC
#define THE_MAGIC BIMETAL_MODULE_MAGIC
#endif
enum { GOOD, ABI, SIZE, STRANGE, MAGIC, EMPTY, NONSENSE, TAKEN, UTF8, FIELDS, LINTS, ROWS, PARTS };
enum { THIS = WRONG };

/* What lies behind them is as good as one more element. */
static const struct reg_field fields[2 - (THIS == FIELDS)] = { { "HELD", 7, 0, REG_RW } };
static const struct lint_desc lints[2 - (THIS == LINTS)] = {
	{ .rule = "never", .clause = "c", .hardware = "h", .instead = "i" }
};
static const struct reg_desc registers[] = {
	[LATCH_HELD] = { .name = "HELD",
			 .width = THIS == NONSENSE ? 9 : 8,
			 .dir = REG_DIR_RW,
			 .fields = fields,
			 .spec = "none" },
};
static const struct device_about about = {
	.title = THIS == UTF8 ? "\xff" : "Wrong",
	.table = { ABOUT_TABLE(registers, LATCH_N_REGS + (THIS == ROWS), NULL) },
	.lints = { lints }
};
static const struct device_ops ops = { .name = THIS == TAKEN ? "uart16550" : "wrong",
				       .about = &about,
				       .regs = registers,
				       .n_regs = LATCH_N_REGS };

static const char *init(void *model, const struct model_wiring *w)
{
	struct latch *l = model;

	device_init(&l->dev, &ops, w->instance, w->hub, l->s.reg, &l->s, sizeof(l->s));
	return NULL;
}

static const struct model_part parts[] = { { .ops = &ops, .space = BUS_PORT, .size = 1 } };
static const struct model model = { .name = "wrong",
				    .size = sizeof(struct latch),
				    .part = parts,
				    .n_parts = ARRAY_SIZE(parts) + (THIS == PARTS),
				    .init = init };

static const struct bimetal_module_size sizes[] = {
	{ "struct device", sizeof(struct device) + (THIS == SIZE) },
	{ THIS == STRANGE ? "struct nobody" : "struct model", sizeof(struct model) },
};

extern const struct bimetal_module bimetal_module;
__attribute__((visibility("default"))) const struct bimetal_module bimetal_module = {
	.magic = THE_MAGIC,
	.abi = BIMETAL_MODULE_ABI + (THIS == ABI),
	.n_sizes = ARRAY_SIZE(sizes),
	.size_of = sizes,
	.model = THIS == EMPTY ? NULL : &model,
};
