/* SPDX-License-Identifier: MIT */
#include "devices/pc_testdev/model.h"

#include <stddef.h>
#include <string.h>

enum { BITS_PER_BYTE = 8, BYTE_MASK = 0xff };

/* ---- ports ---- */

static uint64_t port_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	const struct pc_testdev_model *t = (const struct pc_testdev_model *)dev;

	(void)n;
	return reg == PC_TESTDEV_MODEL_BYTE ? t->s.reg[PC_TESTDEV_MODEL_DATA] & BYTE_MASK : stored;
}

static void port_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct pc_testdev_model *t = (struct pc_testdev_model *)dev;
	uint64_t *data = &t->s.reg[PC_TESTDEV_MODEL_DATA];

	(void)n;
	if (reg == PC_TESTDEV_MODEL_BYTE)
		*data = (*data & ~(uint64_t)BYTE_MASK) | (w->raw & BYTE_MASK);
}

static void reset_device(struct device *dev)
{
	pc_testdev_model_reset((struct pc_testdev_model *)dev);
}

const struct device_ops pc_testdev_model_port_ops = {
	.name = "pc_testdev",
	.about = &pc_testdev_about,
	.regs = pc_testdev_regs,
	.n_regs = PC_TESTDEV_MODEL_N_REGS,
	.read = port_read,
	.write = port_write,
	.reset = reset_device,
};

/* ---- interrupt lines ---- */

static void line_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct pc_testdev_model *t =
		(struct pc_testdev_model *)((char *)dev - offsetof(struct pc_testdev_model, lines));

	(void)reg;
	if (t->set_line) t->set_line(t->ctx, n, w->now);
}

const struct device_ops pc_testdev_model_line_ops = {
	.name = "pc_testdev_lines",
	.about = &pc_testdev_lines_about,
	.regs = pc_testdev_line_regs,
	.n_regs = PC_TESTDEV_MODEL_N_LINE_REGS,
	.write = line_write,
};

/* ---- memory ---- */

static uint8_t *memory_at(struct device *dev, uint64_t offset)
{
	struct pc_testdev_model *t =
		(struct pc_testdev_model *)((char *)dev -
					    offsetof(struct pc_testdev_model, memory));

	return &t->s.memory[offset % PC_TESTDEV_MODEL_MEMORY_SIZE];
}

static uint64_t memory_read(struct device *dev, uint64_t offset, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++)
		value |= (uint64_t)*memory_at(dev, offset + i) << i * BITS_PER_BYTE;
	return value;
}

static void memory_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++)
		*memory_at(dev, offset + i) = (uint8_t)(value >> i * BITS_PER_BYTE);
}

const struct device_ops pc_testdev_model_memory_ops = {
	.name = "pc_testdev_memory",
	.about = &pc_testdev_memory_about,
	.mem_read = memory_read,
	.mem_write = memory_write,
};

/* ---- initialisation and reset ---- */

void pc_testdev_model_init(struct pc_testdev_model *t, const struct hub *hub,
			   void (*set_line)(void *ctx, unsigned n, bool level), void *ctx)
{
	*t = (struct pc_testdev_model){ .set_line = set_line, .ctx = ctx };
	device_init(&t->dev, &pc_testdev_model_port_ops, "pc-testdev", hub, t->s.reg, &t->s,
		    sizeof(t->s));
	device_init(&t->lines, &pc_testdev_model_line_ops, "pc-testdev", hub, t->s.line, &t->s,
		    sizeof(t->s));
	t->memory = (struct device){ .ops = &pc_testdev_model_memory_ops,
				     .instance = "pc-testdev",
				     .hub = hub };
}

void pc_testdev_model_reset(struct pc_testdev_model *t)
{
	for (unsigned n = 0; n < PC_TESTDEV_MODEL_N_LINES; n++)
		if (t->s.line[n] && t->set_line) t->set_line(t->ctx, n, false);
	memset(&t->s, 0, sizeof(t->s));
}
