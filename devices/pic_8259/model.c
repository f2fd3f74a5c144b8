/* SPDX-License-Identifier: MIT */
/* 8259A pair: what the register tables cannot express (Intel 231468; and the Atom E6xx datasheet
 * 11.3, which repeats its clauses: "E6xx" below). */
#include "devices/pic_8259/model.h"

#include <stdio.h>

#include "devices/pic_8259/lints.h"

enum {
	NO_LEVEL = 8,
	LAST_LEVEL = 7,
	SPURIOUS = 7,
	FLOATING = 0xff,
	POLL_REQUEST = 0x80,
	MASTER_SLAVES = 1 << PIC_8259_MODEL_CASCADE
};

/* The mask of a level; 0 for NO_LEVEL. */
static uint8_t bit(unsigned level) { return (uint8_t)(1u << level); }

static unsigned next(unsigned level) { return (level + 1) % PIC_8259_MODEL_LINES; }

/* Distance from the top: 0 is the highest priority. */
static unsigned rank(const struct pic_8259_model_chip_state *c, unsigned level)
{
	return (level + PIC_8259_MODEL_LINES - next(c->lowest)) % PIC_8259_MODEL_LINES;
}

static uint8_t level_triggered(const struct pic_8259_model_chip_state *c)
{
	return c->icw1 & ICW1_LTIM ? 0xff : c->elcr;
}

static uint8_t irr(const struct pic_8259_model_chip_state *c)
{
	uint8_t level = level_triggered(c);
	return (uint8_t)((c->lines & level) | (c->edge & ~level));
}

/* The highest priority level among `levels`, or NO_LEVEL. */
static unsigned highest(const struct pic_8259_model_chip_state *c, uint8_t levels)
{
	unsigned level = next(c->lowest);

	for (unsigned i = 0; i < PIC_8259_MODEL_LINES; i++, level = next(level))
		if (levels & bit(level)) return level;
	return NO_LEVEL;
}

/* Only the master has slaves. */
static bool is_cascade(const struct pic_8259_model_chip_state *c, bool master, unsigned level)
{
	return master && !(c->icw1 & ICW1_SNGL) && (c->icw3 & bit(level));
}

/* The level whose request the chip would acknowledge now, or NO_LEVEL. */
static unsigned winner(const struct pic_8259_model_chip_state *c, bool master)
{
	uint8_t blocking = c->special_mask ? (uint8_t)(c->isr & ~c->imr) : c->isr;
	unsigned want = highest(c, irr(c) & (uint8_t)~c->imr), top = highest(c, blocking);

	if (!c->ready || want == NO_LEVEL) return NO_LEVEL;
	if (top == NO_LEVEL || rank(c, want) < rank(c, top)) return want;
	/* Special fully nested: a slave in service is not locked out. */
	if (want == top && (c->icw4 & ICW4_SFNM) && is_cascade(c, master, want)) return want;
	return NO_LEVEL;
}

/* In edge and in level mode a request lasts only while its input stays high (E6xx 11.3.6.6). */
static void drive(struct pic_8259_model_chip_state *c, unsigned level, bool high)
{
	uint8_t mask = bit(level);

	if (high && !(c->lines & mask)) c->edge |= mask;
	if (high)
		c->lines |= mask;
	else {
		c->lines &= (uint8_t)~mask;
		c->edge &= (uint8_t)~mask;
	}
}

/* Slave's INT to the master's IR2, master's INT to the CPU. */
static void settle(struct pic_8259_model *p)
{
	p->s.slave.intr = winner(&p->s.slave, false) != NO_LEVEL;
	drive(&p->s.master, PIC_8259_MODEL_CASCADE, p->s.slave.intr);
	p->s.master.intr = winner(&p->s.master, true) != NO_LEVEL;
	irq_set(&p->intr, p->s.master.intr);
}

void pic_8259_model_set_irq(void *i8259a, unsigned n, bool level)
{
	struct pic_8259_model *p = i8259a;

	if (n == PIC_8259_MODEL_CASCADE || n >= 2 * PIC_8259_MODEL_LINES) return;
	struct pic_8259_model_chip_state *c = n < PIC_8259_MODEL_LINES ? &p->s.master : &p->s.slave;
	if (p->clock && level && !(c->lines & bit(n % PIC_8259_MODEL_LINES)))
		p->s.elcr.rose_ns[n] = clock_now(p->clock);
	drive(c, n % PIC_8259_MODEL_LINES, level);
	settle(p);
}

void pic_8259_model_firmware_served(struct pic_8259_model *p)
{
	p->s.master.served = p->s.slave.served = false;
}

bool pic_8259_model_intr(const struct pic_8259_model *p) { return p->s.master.intr; }

/* Acknowledge */

static void end_of_interrupt(struct pic_8259_model_chip_state *c, unsigned level, bool rotate)
{
	if (level == NO_LEVEL) return;
	c->isr &= (uint8_t)~bit(level);
	if (rotate) c->lowest = (uint8_t)level;
}

/* First INTA: the request becomes an interrupt in service. */
static void serve(struct pic_8259_model_chip_state *c, unsigned level)
{
	c->edge &= (uint8_t)~bit(level);
	c->isr |= bit(level);
	c->spurious = level == NO_LEVEL;
	c->served = true;
}

/* Last INTA, or the poll's read: automatic end of interrupt (E6xx 11.3.3.3, step 7). */
static void served(struct pic_8259_model_chip_state *c, unsigned level)
{
	if (c->icw4 & ICW4_AEOI) end_of_interrupt(c, level, c->rotate_aeoi);
}

/* INT falls at the acknowledge and rises again if a request is pending: an edge for IR2. */
static void slave_int_pulse(struct pic_8259_model *p)
{
	drive(&p->s.master, PIC_8259_MODEL_CASCADE, false);
}

static int vector(const struct pic_8259_model_chip_state *c, unsigned level)
{
	return (c->icw2 & ICW2_VECTOR) | (int)(level == NO_LEVEL ? SPURIOUS : level);
}

static int slave_ack(struct pic_8259_model *p)
{
	struct pic_8259_model_chip_state *c = &p->s.slave;
	unsigned level = winner(c, false);

	if ((c->icw3 & ICW3_ID) != PIC_8259_MODEL_CASCADE || (c->icw1 & ICW1_SNGL)) return FLOATING;
	serve(c, level);
	served(c, level);
	slave_int_pulse(p);
	return vector(c, level);
}

int pic_8259_model_ack(struct pic_8259_model *p)
{
	struct pic_8259_model_chip_state *c = &p->s.master;
	unsigned level = winner(c, true);
	int v;

	serve(c, level);
	if (level == PIC_8259_MODEL_CASCADE && is_cascade(c, true, level))
		v = slave_ack(p);
	else if (level != NO_LEVEL && is_cascade(c, true, level))
		v = FLOATING; /* ICW3 declares a slave where there is none */
	else
		v = vector(c, level);
	served(c, level);
	irq_set(&p->intr, false); /* INT falls even if a request is pending: an edge */
	settle(p);
	return v;
}

/* Registers */

static bool is_master(const struct device *dev) { return dev->ops == &pic_8259_model_master_ops; }

static struct pic_8259_model *pair_of(struct device *dev)
{
	size_t at = is_master(dev) ? offsetof(struct pic_8259_model, master)
		    : dev->ops == &pic_8259_model_slave_ops ? offsetof(struct pic_8259_model, slave)
							    : offsetof(struct pic_8259_model, elcr);
	return (struct pic_8259_model *)(void *)((char *)dev - at);
}

static void require_ready(const struct device *dev, const struct pic_8259_model_chip_state *c,
			  const char *reg, uint8_t value)
{
	if (c->ready) return;
	device_lint(dev, &pic_8259_lints[PIC_8259_LINT_UNINITIALISED], reg, value,
		    "written before the initialisation sequence was complete");
}

static void require_complete(const struct device *dev, const struct pic_8259_model_chip_state *c)
{
	if (c->window == PIC_8259_MODEL_EXPECT_OCW1) return;
	unsigned missing = 2u + c->window - PIC_8259_MODEL_EXPECT_ICW2;
	device_lint(dev, &pic_8259_lints[PIC_8259_LINT_SEQUENCE], NULL, missing,
		    "ICW%u was expected: the sequence starts again", missing);
}

static void begin_initialisation(const struct device *dev, struct pic_8259_model_chip_state *c,
				 uint8_t value)
{
	require_complete(dev, c);
	if (value & ICW1_SNGL)
		device_lint(dev, &pic_8259_lints[PIC_8259_LINT_ICW1_WIRING], NULL, ICW1_SNGL,
			    "single mode, but the two chips are cascaded");
	if (!(value & ICW1_IC4))
		device_lint(dev, &pic_8259_lints[PIC_8259_LINT_MCS80], NULL, 0,
			    "no ICW4: MCS-80/85 mode");
	/* E6xx 11.3.4.1: the edge sense circuits and IMR are cleared, IR7 gets the lowest
	 * priority, the slave address is 7, special mask mode is off, IRR is read. */
	*c = (struct pic_8259_model_chip_state){ .lines = c->lines,
						 .elcr = c->elcr,
						 .icw1 = value,
						 .icw3 = ICW3_ID,
						 .lowest = LAST_LEVEL,
						 .window = PIC_8259_MODEL_EXPECT_ICW2 };
}

static void initialised(struct pic_8259_model_chip_state *c)
{
	c->window = PIC_8259_MODEL_EXPECT_OCW1;
	c->ready = true;
}

static void after_icw3(struct pic_8259_model_chip_state *c)
{
	if (c->icw1 & ICW1_IC4)
		c->window = PIC_8259_MODEL_EXPECT_ICW4;
	else
		initialised(c);
}

static void write_icw2(struct pic_8259_model_chip_state *c, uint8_t value)
{
	c->icw2 = value;
	if (c->icw1 & ICW1_SNGL)
		after_icw3(c);
	else
		c->window = PIC_8259_MODEL_EXPECT_ICW3;
}

static void write_icw3(const struct device *dev, struct pic_8259_model_chip_state *c, uint8_t value)
{
	uint8_t wired = is_master(dev) ? MASTER_SLAVES : PIC_8259_MODEL_CASCADE;

	if (value != wired)
		device_lint(dev, &pic_8259_lints[PIC_8259_LINT_ICW3_WIRING], NULL, value ^ wired,
			    "0x%02x, but the wiring needs 0x%02x", value, wired);
	c->icw3 = value;
	after_icw3(c);
}

static void write_icw4(const struct device *dev, struct pic_8259_model_chip_state *c, uint8_t value)
{
	if (!(value & ICW4_UPM))
		device_lint(dev, &pic_8259_lints[PIC_8259_LINT_MCS80], NULL, value,
			    "MCS-80/85 mode");
	c->icw4 = value;
	initialised(c);
}

/* Report an EOI that ends nothing. Before the first interrupt it is only a note: programs clear
 * what an earlier program may have left. */
static void lint_eoi(const struct device *dev, const struct pic_8259_model_chip_state *c,
		     uint8_t value)
{
	if (c->served)
		device_lint(dev,
			    &pic_8259_lints[c->spurious ? PIC_8259_LINT_SPURIOUS
							: PIC_8259_LINT_NOT_IN_SERVICE],
			    NULL, value, "EOI, but %s in service; ISR is 0x%02x",
			    value & OCW2_SL ? "the level it names is not"
					    : "no level that it ends is",
			    c->isr);
	else
		device_lint(dev, &pic_8259_lints[PIC_8259_LINT_EARLY_EOI], NULL, value,
			    "EOI before the chip has given an interrupt: it ends nothing");
}

static void end_command(const struct device *dev, struct pic_8259_model_chip_state *c,
			uint8_t value, uint8_t candidates)
{
	unsigned level = highest(c, candidates);

	if (level == NO_LEVEL && c->ready) lint_eoi(dev, c, value);
	end_of_interrupt(c, level, value & OCW2_R);
}

static void write_ocw2(const struct device *dev, struct pic_8259_model_chip_state *c, uint8_t value)
{
	unsigned level = value & OCW2_LEVEL;
	bool rotate = value & OCW2_R;
	/* In special mask mode a non-specific EOI skips masked levels (E6xx 11.3.7.1). */
	uint8_t in_service = c->special_mask ? (uint8_t)(c->isr & ~c->imr) : c->isr;

	switch (value & (OCW2_SL | OCW2_EOI)) {
	case OCW2_EOI: end_command(dev, c, value, in_service); break;
	case OCW2_SL | OCW2_EOI: end_command(dev, c, value, c->isr & bit(level)); break;
	case OCW2_SL:
		if (rotate)
			c->lowest = (uint8_t)
				level; /* with rotate: set priority; otherwise no operation */
		break;
	default: c->rotate_aeoi = rotate; break;
	}
}

static void write_ocw3(struct pic_8259_model_chip_state *c, uint8_t value)
{
	if (value & OCW3_ESMM) c->special_mask = value & OCW3_SMM;
	if (value & OCW3_RR) c->read_isr = value & OCW3_RIS;
	c->poll = value & OCW3_P;
}

static void write_command(const struct device *dev, struct pic_8259_model_chip_state *c,
			  uint8_t value)
{
	unsigned row = value & CMD_IS_ICW1   ? PIC_8259_MODEL_ICW1
		       : value & CMD_IS_OCW3 ? PIC_8259_MODEL_OCW3
					     : PIC_8259_MODEL_OCW2;
	const struct reg_desc *desc = &pic_8259_command_regs[row];

	(void)reg_apply_write(dev, desc, 0, value);
	if (row == PIC_8259_MODEL_ICW1) {
		begin_initialisation(dev, c, value);
		return;
	}
	require_ready(dev, c, desc->name, value);
	if (row == PIC_8259_MODEL_OCW2)
		write_ocw2(dev, c, value);
	else
		write_ocw3(c, value);
}

static struct pic_8259_model_chip_state *chip_of(struct device *dev)
{
	struct pic_8259_model *p = pair_of(dev);
	return is_master(dev) ? &p->s.master : &p->s.slave;
}

static void chip_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct pic_8259_model_chip_state *c = chip_of(dev);
	uint8_t value = (uint8_t)w->now;

	(void)n;
	switch (reg) {
	case PIC_8259_MODEL_CMD: write_command(dev, c, value); break;
	case PIC_8259_MODEL_ICW2: write_icw2(c, value); break;
	case PIC_8259_MODEL_ICW3: write_icw3(dev, c, value); break;
	case PIC_8259_MODEL_ICW4: write_icw4(dev, c, value); break;
	case PIC_8259_MODEL_OCW1:
		require_ready(dev, c, "OCW1", value);
		c->imr = value;
		break;
	default: break;
	}
	settle(pair_of(dev));
}

/* The poll command: the next read, of either port, is an acknowledge. */
static uint8_t poll(struct pic_8259_model *p, struct pic_8259_model_chip_state *c)
{
	bool master = c == &p->s.master;
	unsigned level = winner(c, master);

	c->poll = false;
	serve(c, level);
	served(c, level);
	if (!master) slave_int_pulse(p);
	settle(p);
	return level == NO_LEVEL ? 0 : (uint8_t)(POLL_REQUEST | level);
}

static uint64_t chip_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	struct pic_8259_model_chip_state *c = chip_of(dev);

	(void)n;
	if (c->poll) return poll(pair_of(dev), c);
	if (reg == PIC_8259_MODEL_STATUS) return c->read_isr ? c->isr : irr(c);
	return reg == PIC_8259_MODEL_IMR ? c->imr : stored;
}

static void elcr_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct pic_8259_model *p = pair_of(dev);
	struct pic_8259_model_chip_state *c =
		reg == PIC_8259_MODEL_ELCR1 ? &p->s.master : &p->s.slave;

	(void)n;
	c->elcr = (uint8_t)w->now;
	settle(p);
}

static uint8_t window(const struct device *dev)
{
	const struct pic_8259_model_chip_state *c = dev->state;
	return c->window;
}

static void reset_device(struct device *dev) { pic_8259_model_reset((struct pic_8259_model *)dev); }

const struct device_ops pic_8259_model_master_ops = {
	.name = "i8259a",
	.about = &i8259a_about,
	.regs = pic_8259_master_regs,
	.n_regs = PIC_8259_MODEL_N_REGS,
	.bank = window,
	.read = chip_read,
	.write = chip_write,
	.reset = reset_device,
	.report = pic_8259_model_report,
	.held_back = pic_8259_model_held_back,
	.raises = pic_8259_model_raises,
};

const struct device_ops pic_8259_model_slave_ops = {
	.name = "i8259a",
	.about = &i8259a_about,
	.regs = pic_8259_slave_regs,
	.n_regs = PIC_8259_MODEL_N_REGS,
	.bank = window,
	.read = chip_read,
	.write = chip_write,
};

const struct device_ops pic_8259_model_elcr_ops = {
	.name = "i8259a",
	.about = &i8259a_about,
	.regs = pic_8259_elcr_regs,
	.n_regs = PIC_8259_MODEL_N_ELCR,
	.write = elcr_write,
};

static void chip_reset(struct pic_8259_model_chip_state *c, const struct reg_desc *regs)
{
	*c = (struct pic_8259_model_chip_state){ .lines = c->lines,
						 .icw3 = ICW3_ID,
						 .lowest = LAST_LEVEL,
						 .window = PIC_8259_MODEL_EXPECT_OCW1 };
	reg_table_reset(regs, PIC_8259_MODEL_N_REGS, c->reg);
}

void pic_8259_model_reset(struct pic_8259_model *p)
{
	chip_reset(&p->s.master, pic_8259_master_regs);
	chip_reset(&p->s.slave, pic_8259_slave_regs);
	reg_table_reset(pic_8259_elcr_regs, PIC_8259_MODEL_N_ELCR, p->s.elcr.reg);
	settle(p);
}

void pic_8259_model_init(struct pic_8259_model *p, const char *instance, const struct hub *hub,
			 struct clock *clock, struct irq intr)
{
	*p = (struct pic_8259_model){ .intr = intr, .clock = clock };
	(void)snprintf(p->name[0], PIC_8259_MODEL_NAME_SIZE, "%s.master", instance);
	(void)snprintf(p->name[1], PIC_8259_MODEL_NAME_SIZE, "%s.slave", instance);
	(void)snprintf(p->name[2], PIC_8259_MODEL_NAME_SIZE, "%s.elcr", instance);
	device_init(&p->master, &pic_8259_model_master_ops, p->name[0], hub, p->s.master.reg,
		    &p->s.master, sizeof p->s.master);
	device_init(&p->slave, &pic_8259_model_slave_ops, p->name[1], hub, p->s.slave.reg,
		    &p->s.slave, sizeof p->s.slave);
	device_init(&p->elcr, &pic_8259_model_elcr_ops, p->name[2], hub, p->s.elcr.reg, &p->s.elcr,
		    sizeof p->s.elcr);
	pic_8259_model_reset(p);
}
