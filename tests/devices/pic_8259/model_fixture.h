/* SPDX-License-Identifier: MIT */
/* The model of a pair of 8259As alone, for its tests. */
#ifndef TESTS_DEVICES_PIC_8259_MODEL_FIXTURE_H
#define TESTS_DEVICES_PIC_8259_MODEL_FIXTURE_H

#include <string.h>

#include "devices/pic_8259/model.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

enum { BASE_MASTER = 0x20, BASE_SLAVE = 0x28, EOI = 0x20, READ_IRR = 0x0a, READ_ISR = 0x0b };

static struct hub hub;
static struct pic_8259_model pic;
static struct lint_log lints;
static bool intr;

static inline void on_intr(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	intr = level;
}

static inline void out(struct device *d, unsigned a0, uint8_t v)
{
	device_write(d, a0, 8, v, NULL, NULL);
}
static inline uint8_t in(struct device *d, unsigned a0)
{
	return (uint8_t)device_read(d, a0, 8, NULL, NULL);
}
static inline void irq(unsigned n, bool level) { pic_8259_model_set_irq(&pic, n, level); }

static inline void pulse(unsigned n)
{
	irq(n, false);
	irq(n, true);
}

static inline uint8_t read_isr(struct device *d)
{
	out(d, 0, READ_ISR);
	return in(d, 0);
}

static inline uint8_t read_irr(struct device *d)
{
	out(d, 0, READ_IRR);
	return in(d, 0);
}

static inline void init_chip(struct device *d, uint8_t icw1, uint8_t base, uint8_t icw3,
			     uint8_t icw4)
{
	out(d, 0, icw1);
	out(d, 1, base);
	if (!(icw1 & 2)) out(d, 1, icw3);
	if (icw1 & 1) out(d, 1, icw4);
}

static inline void init_with(uint8_t icw1, uint8_t master_icw4, uint8_t slave_icw4)
{
	init_chip(&pic.master, icw1, BASE_MASTER, 0x04, master_icw4);
	init_chip(&pic.slave, icw1, BASE_SLAVE, 0x02, slave_icw4);
}

static inline void power_on(void)
{
	lint_log_start(&lints, &hub);
	pic_8259_model_init(&pic, "pic", &hub, NULL, (struct irq){ .set = on_intr });
}

static inline void ready(void)
{
	power_on();
	init_with(0x11, 0x01, 0x01);
}

TestSuite(pic_8259_model_reset, .init = power_on, .timeout = 60);
TestSuite(i8259a, .init = ready, .timeout = 60);

#endif
