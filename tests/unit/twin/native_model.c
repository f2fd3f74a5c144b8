/* SPDX-License-Identifier: MIT */
/* A model with faults, on the machine of the tests of native_faults.c, at port 0x300: HOW says
 * which. Its init() has the one that the environment variable FAULT_IN_INIT names. */
#include "emu/model.h"

#include <stdlib.h>
#include <string.h>

#include "emu/about.h"
#include "emu/units.h"

struct faulty {
	struct device dev;
	struct clock *clock;
	unsigned timer;
	struct {
		uint64_t reg[1];
	} s;
};

enum { ENDS = 1, ENDS_LATER = 2, ARMS_NOTHING = 3 };

static const struct reg_field fields[] = { { "HOW", 7, 0, REG_RW }, { 0 } };
static const struct reg_desc registers[] = {
	{ .name = "HOW", .width = 8, .dir = REG_DIR_RW, .fields = fields, .spec = "none" },
};
static const struct device_about about = { .title = "A device with faults",
					   .table = { ABOUT_TABLE(registers, 1, NULL) } };

static __attribute__((noinline)) void leave(int status) { exit(status); /* in a model */ }

static void on_timer(void *ctx, uint64_t due_ns)
{
	(void)ctx;
	(void)due_ns;
	exit(4); /* in a timer */
}

static void on_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct faulty *f = (struct faulty *)dev;

	(void)reg;
	(void)n;
	if (w->now == ENDS) leave(3);
	if (w->now == ARMS_NOTHING) clock_arm(f->clock, 0, 1); /* no timer */
	if (w->now == ENDS_LATER) clock_arm(f->clock, f->timer, clock_now(f->clock) + NS_PER_MS);
}

static const struct device_ops ops = {
	.name = "faulty", .about = &about, .regs = registers, .n_regs = 1, .write = on_write
};

static volatile int *volatile nowhere;

static const char *init(void *model, const struct model_wiring *w)
{
	const char *fault = getenv("FAULT_IN_INIT");
	struct faulty *f = model;

	if (fault && strcmp(fault, "crash") == 0) *nowhere = 1; /* in init */
	if (fault && strcmp(fault, "exit") == 0) exit(5);       /* out of init */
	device_init(&f->dev, &ops, w->instance, w->hub, f->s.reg, &f->s, sizeof(f->s));
	f->clock = w->clock;
	f->timer = clock_add_timer(w->clock, "faulty later", on_timer, f);
	return NULL;
}

static const struct model_part parts[] = { { .ops = &ops, .space = BUS_PORT, .size = 1 } };
static const struct model faulty = {
	.name = "faulty", .size = sizeof(struct faulty), .part = parts, .n_parts = 1, .init = init
};

/* What bimetal_add_twin_test() writes of MODEL faulty AT port=0x300 name=wrong. */
extern const char *const twin_native_device[], *const twin_native_machine;
extern const struct model *const twin_native_model[];
extern const struct machine_kind *const twin_native_board;
const char *const twin_native_device[] = { "faulty,port=0x300,name=wrong", 0 };
const struct model *const twin_native_model[] = { &faulty, 0 };
const char *const twin_native_machine = 0;
const struct machine_kind *const twin_native_board = 0;
