/* SPDX-License-Identifier: MIT */
/* A model as a user's: a gauge that is started by CTRL.START and gives one sample. For the tests of
 * `bimetal coverage`. */
#include "bimetal/model.h"

enum { CTRL, STATUS, DATA, TRIM, N_REGS };
enum { CTRL_START = 0x01, STATUS_DONE = 0x01, SAMPLE = 0x5a };

static const struct reg_desc regs[N_REGS] = {
	[CTRL] = { .name = "CTRL",
		   .offset = 0,
		   .width = 8,
		   .dir = REG_DIR_RW,
		   .spec = "Gauge 2.1",
		   REG_FIELDS({ "START", 0, 0, REG_RW }, { "GAIN", 3, 2, REG_RW }) },
	[STATUS] = { .name = "STATUS",
		     .offset = 1,
		     .width = 8,
		     .dir = REG_DIR_RW,
		     .spec = "Gauge 2.2",
		     REG_FIELDS({ "DONE", 0, 0, REG_W1C }) },
	[DATA] = { .name = "DATA",
		   .offset = 2,
		   .width = 8,
		   .dir = REG_DIR_R,
		   .spec = "Gauge 2.3",
		   REG_FIELDS({ "DATA", 7, 0, REG_RO }) },
	[TRIM] = { .name = "TRIM",
		   .offset = 3,
		   .width = 8,
		   .dir = REG_DIR_W,
		   .spec = "Gauge 2.4",
		   REG_FIELDS({ "TRIM", 7, 0, REG_WO }) },
};

enum gauge_lint { GAUGE_LINT_EMPTY, GAUGE_LINT_RESTART };

static const struct lint_desc lints[] = {
	[GAUGE_LINT_EMPTY] = { .reg = "DATA",
			       .rule = "empty",
			       .clause = "DATA is valid while STATUS.DONE is 1",
			       .hardware = "the sample before",
			       .instead = "wait until STATUS.DONE is 1" },
	[GAUGE_LINT_RESTART] = { .reg = "CTRL",
				 .rule = "restart",
				 .clause = "a gauge is not started before its sample was taken",
				 .hardware = "the sample is lost",
				 .instead = "acknowledge STATUS.DONE" },
	{ 0 },
};

static const struct device_about about = {
	.title = "A gauge",
	.table = { ABOUT_TABLE(regs, N_REGS, NULL) },
	.lints = { lints },
};

struct gauge {
	struct device dev;
	struct {
		uint64_t reg[N_REGS];
	} s;
};

static uint64_t read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	(void)n;
	if (reg == DATA && !(dev->reg[STATUS] & STATUS_DONE))
		device_lint(dev, &lints[GAUGE_LINT_EMPTY], NULL, 0, "%s", "");
	return stored;
}

static void write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	(void)n;
	if (reg != CTRL || !(w->now & CTRL_START)) return;
	if (dev->reg[STATUS] & STATUS_DONE)
		device_lint(dev, &lints[GAUGE_LINT_RESTART], NULL, 0, "%s", "");
	dev->reg[STATUS] |= STATUS_DONE;
	dev->reg[DATA] = SAMPLE;
}

static void reset(struct device *dev) { reg_table_reset(regs, N_REGS, dev->reg); }

static const struct device_ops ops = {
	.name = "gauge",
	.about = &about,
	.regs = regs,
	.n_regs = N_REGS,
	.read = read,
	.write = write,
	.reset = reset,
};

static const char *init(void *model, const struct model_wiring *wiring)
{
	struct gauge *g = model;

	device_init(&g->dev, &ops, wiring->instance, wiring->hub, g->s.reg, &g->s, sizeof(g->s));
	return NULL;
}

static const struct model_part parts[] = { { .ops = &ops, .space = BUS_PORT, .size = 4 } };

extern const struct model model_gauge;
const struct model model_gauge = {
	.name = "gauge",
	.size = sizeof(struct gauge),
	.part = parts,
	.n_parts = 1,
	.init = init,
};
