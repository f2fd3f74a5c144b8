/* SPDX-License-Identifier: MIT */
#include "devices/dma_8237/model.h"

#include <stdio.h>

#include "devices/dma_8237/lints.h"

enum { ALL_MASKED = 0x0f, BYTE_BITS = 8, LOW_BYTE = 0xff };

static struct dma_8237_model_chip_state *state_of(const struct device *dev) { return dev->state; }

static bool is_word(unsigned reg) { return reg <= DMA_8237_MODEL_COUNT3; }

static const char *name_of(unsigned reg) { return dma_8237_model_regs1[reg].name; }

/* ---- addresses and counts: two bytes each, through one port ---- */

static void lint_halves(const struct device *dev, const struct dma_8237_model_chip_state *c,
			unsigned reg)
{
	if (!c->high || c->half == reg) return;
	device_lint(dev, &dma_8237_lints[DMA_8237_LINT_FLIP_FLOP], name_of(reg), reg,
		    "taken as the high byte; the low byte was of %s: clear the byte "
		    "pointer first",
		    name_of(c->half));
}

static void next_half(struct dma_8237_model_chip_state *c, unsigned reg)
{
	c->high = !c->high;
	c->half = c->high ? (uint8_t)reg : DMA_8237_MODEL_NO_REG;
}

static uint8_t read_word(const struct device *dev, struct dma_8237_model_chip_state *c,
			 unsigned reg)
{
	uint8_t byte = (uint8_t)(c->current[reg] >> (c->high ? BYTE_BITS : 0));

	if (!(c->programmed & 1u << reg))
		device_lint(dev, &dma_8237_lints[DMA_8237_LINT_UNPROGRAMMED], name_of(reg), 0,
			    "%s is read before it was written", name_of(reg));
	lint_halves(dev, c, reg);
	next_half(c, reg);
	return byte;
}

static void write_word(const struct device *dev, struct dma_8237_model_chip_state *c, unsigned reg,
		       uint8_t byte)
{
	unsigned shift = c->high ? BYTE_BITS : 0;

	lint_halves(dev, c, reg);
	c->base[reg] = (uint16_t)((c->base[reg] & ~(LOW_BYTE << shift)) | byte << shift);
	c->current[reg] = c->base[reg];
	c->programmed |= (uint8_t)(1u << reg);
	next_half(c, reg);
}

static void clear_byte_pointer(struct dma_8237_model_chip_state *c)
{
	c->high = false;
	c->half = DMA_8237_MODEL_NO_REG;
}

/* ---- commands ---- */

/* 82801DB 5.4.5.2: the same as a hardware reset. */
static void master_clear(struct dma_8237_model_chip_state *c)
{
	c->command = 0;
	c->mask = ALL_MASKED;
	c->programmed = 0;
	clear_byte_pointer(c);
}

static void command(const struct device *dev, struct dma_8237_model_chip_state *c, uint8_t value)
{
	unsigned polarity =
		value & (DMA_8237_MODEL_COMMAND_DREQ_LOW | DMA_8237_MODEL_COMMAND_DACK_HIGH);

	c->command = value;
	if (value & DMA_8237_MODEL_COMMAND_MEMORY_TO_MEMORY)
		device_lint(dev, &dma_8237_lints[DMA_8237_LINT_MEMORY_TO_MEMORY], NULL, value,
			    "no transfers from memory to memory are made");
	if (polarity)
		device_lint(dev, &dma_8237_lints[DMA_8237_LINT_POLARITY], NULL, polarity,
			    "on a PC DREQ is active high and DACK active low");
}

static void request(const struct device *dev, uint8_t value)
{
	if (value & DMA_8237_MODEL_SET)
		device_lint(dev, &dma_8237_lints[DMA_8237_LINT_SOFTWARE_REQUEST], NULL, value,
			    "no transfer is made for channel %u", value & DMA_8237_MODEL_SELECT);
}

static void single_mask(struct dma_8237_model_chip_state *c, uint8_t value)
{
	unsigned bit = 1u << (value & DMA_8237_MODEL_SELECT);

	c->mask = (uint8_t)(value & DMA_8237_MODEL_SET ? c->mask | bit : c->mask & ~bit);
}

static void mode(const struct device *dev, struct dma_8237_model_chip_state *c, uint8_t value)
{
	c->mode[value & DMA_8237_MODEL_SELECT] = value;
	if ((value & DMA_8237_MODEL_MODE_TRANSFER) == DMA_8237_MODEL_MODE_ILLEGAL &&
	    (value & DMA_8237_MODEL_MODE_CASCADE) != DMA_8237_MODEL_MODE_CASCADE)
		device_lint(dev, &dma_8237_lints[DMA_8237_LINT_ILLEGAL], NULL, value,
			    "channel %u: both transfer bits set", value & DMA_8237_MODEL_SELECT);
}

/* ---- registers ---- */

static uint64_t chip_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct dma_8237_model_chip_state *c = state_of(dev);

	(void)n;
	if (is_word(reg)) return read_word(dev, c, reg);
	if (reg == DMA_8237_MODEL_ALL_MASKS) return c->mask;
	return stored; /* STATUS, TEMPORARY: nothing was ever transferred */
}

static void chip_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct dma_8237_model_chip_state *c = state_of(dev);
	uint8_t value = (uint8_t)w->now;

	(void)n;
	if (is_word(reg)) {
		write_word(dev, c, reg, value);
		return;
	}
	switch ((enum dma_8237_model_reg)reg) {
	case DMA_8237_MODEL_COMMAND: command(dev, c, value); break;
	case DMA_8237_MODEL_REQUEST: request(dev, value); break;
	case DMA_8237_MODEL_SINGLE_MASK: single_mask(c, value); break;
	case DMA_8237_MODEL_MODE: mode(dev, c, value); break;
	case DMA_8237_MODEL_CLEAR_BYTE_POINTER: clear_byte_pointer(c); break;
	case DMA_8237_MODEL_MASTER_CLEAR: master_clear(c); break;
	case DMA_8237_MODEL_CLEAR_MASK: c->mask = 0; break;
	case DMA_8237_MODEL_ALL_MASKS: c->mask = value; break;
	default: break;
	}
}

static void reset_device(struct device *dev) { dma_8237_model_reset((struct dma_8237_model *)dev); }

const struct device_ops dma_8237_model_chip1_ops = {
	.name = "i8237",
	.about = &i8237_about,
	.regs = dma_8237_model_regs1,
	.n_regs = DMA_8237_MODEL_N_REGS,
	.read = chip_read,
	.write = chip_write,
	.reset = reset_device,
};

const struct device_ops dma_8237_model_chip2_ops = {
	.name = "i8237",
	.about = &i8237_about,
	.regs = dma_8237_model_regs2,
	.n_regs = DMA_8237_MODEL_N_REGS,
	.read = chip_read,
	.write = chip_write,
};

const struct device_ops dma_8237_model_page_ops = {
	.name = "i8237",
	.about = &i8237_about,
	.regs = dma_8237_page_regs,
	.n_regs = DMA_8237_MODEL_N_PAGES,
};

/* ---- initialisation and reset ---- */

static void chip_reset(struct dma_8237_model_chip_state *c, const struct reg_desc *regs)
{
	*c = (struct dma_8237_model_chip_state){ 0 };
	reg_table_reset(regs, DMA_8237_MODEL_N_REGS, c->reg);
	master_clear(c);
}

void dma_8237_model_reset(struct dma_8237_model *p)
{
	chip_reset(&p->s.chip1, dma_8237_model_regs1);
	chip_reset(&p->s.chip2, dma_8237_model_regs2);
	reg_table_reset(dma_8237_page_regs, DMA_8237_MODEL_N_PAGES, p->s.page.reg);
}

void dma_8237_model_bios_state(struct dma_8237_model *p)
{
	p->s.chip2.mode[0] = DMA_8237_MODEL_MODE_CASCADE;
	p->s.chip2.mask = ALL_MASKED & ~1;
}

void dma_8237_model_init(struct dma_8237_model *p, const char *instance, const struct hub *hub)
{
	*p = (struct dma_8237_model){ 0 };
	(void)snprintf(p->name[0], DMA_8237_MODEL_NAME_SIZE, "%s1", instance);
	(void)snprintf(p->name[1], DMA_8237_MODEL_NAME_SIZE, "%s2", instance);
	(void)snprintf(p->name[2], DMA_8237_MODEL_NAME_SIZE, "%s.page", instance);
	device_init(&p->chip1, &dma_8237_model_chip1_ops, p->name[0], hub, p->s.chip1.reg,
		    &p->s.chip1, sizeof(p->s.chip1));
	device_init(&p->chip2, &dma_8237_model_chip2_ops, p->name[1], hub, p->s.chip2.reg,
		    &p->s.chip2, sizeof(p->s.chip2));
	device_init(&p->page, &dma_8237_model_page_ops, p->name[2], hub, p->s.page.reg, &p->s.page,
		    sizeof(p->s.page));
	dma_8237_model_reset(p);
}
