/* SPDX-License-Identifier: MIT */
/* The model of the parallel port alone, for its tests. */
#ifndef TESTS_DEVICES_LPT_MODEL_FIXTURE_H
#define TESTS_DEVICES_LPT_MODEL_FIXTURE_H

#include "devices/lpt/model.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

/* A second transcription of the ports and bits. */
enum { DATA = 0, STATUS = 1, CONTROL = 2 };
enum { STROBE = 0x01, AUTOFD = 0x02, NINIT = 0x04, SLCTIN = 0x08, IRQE = 0x10, PCD = 0x20 };
enum { NERR = 0x08, SLCT = 0x10, PE = 0x20, NACK = 0x40, NBUSY = 0x80 };
enum { ON = NINIT | SLCTIN, IDLE = NERR | SLCT | NACK | NBUSY };
enum { US = 1000, TBUSY = 500, ENTRY = 10 * US, TACK = 3 * US, START = 1000 * US };

static struct hub hub;
static struct clock vclock;
static struct lpt_model lpt;
static struct lint_log lints;
static char paper[64];
static unsigned n_paper, irq_rises;
static bool irq;

static inline void on_send(void *ctx, uint8_t byte)
{
	(void)ctx;
	if (n_paper < sizeof paper - 1) paper[n_paper++] = (char)byte;
}

static inline void on_irq(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	irq_rises += level && !irq;
	irq = level;
}

static inline uint8_t in(unsigned reg)
{
	return (uint8_t)device_read(&lpt.dev, reg, 8, NULL, NULL);
}
static inline void out(unsigned reg, uint8_t v) { device_write(&lpt.dev, reg, 8, v, NULL, NULL); }
static inline void pass(uint64_t ns) { clock_run_until(&vclock, clock_now(&vclock) + ns); }

static inline void power_on(void)
{
	clock_init(&vclock);
	hub.clock = &vclock;
	lint_log_start(&lints, &hub);
	lpt_model_init(&lpt, "lpt1", &hub, &vclock, (struct irq){ .set = on_irq }, on_send, NULL);
}

/* Initialised and ready. */
static inline void ready(void)
{
	power_on();
	pass(50 * US);
	out(CONTROL, ON);
	pass(START + TACK);
	require_eq(u8, in(STATUS), IDLE);
}

/* A correct strobe, with these other bits; ends 1 us after it began. */
static inline void strobe(uint8_t byte, uint8_t others)
{
	out(DATA, byte);
	pass(500);
	out(CONTROL, others | STROBE);
	pass(US);
	out(CONTROL, others);
}

/* The rest of a byte's time. */
static inline void settle(void) { pass(TBUSY + ENTRY + TACK); }

TestSuite(lpt_reset, .init = power_on, .timeout = 60);
TestSuite(lpt, .init = ready, .timeout = 60);

#endif
