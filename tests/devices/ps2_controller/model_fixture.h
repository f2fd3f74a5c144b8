/* SPDX-License-Identifier: MIT */
/* The model of the keyboard controller on a board, with or without devices. */
#ifndef TESTS_DEVICES_PS2_CONTROLLER_MODEL_FIXTURE_H
#define TESTS_DEVICES_PS2_CONTROLLER_MODEL_FIXTURE_H

#include "devices/ps2_controller/model.h"
#include "devices/ps2_keyboard/model.h"
#include "devices/ps2_mouse/model.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"
#include "tests/quality/coverage/recorder.h"

/* Offsets and status bits, typed apart from the register table. */
enum { DATA = 0, STATUS = 4, COMMAND = 4 };
enum { OBF = 0x01, IBF = 0x02, SYS = 0x04, A2 = 0x08, INH = 0x10, MOBF = 0x20, TO = 0x40 };

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)

struct board {
	struct clock clock;
	struct ps2_keyboard_model keyboard;
	struct ps2_mouse_model mouse;
	struct ps2_controller_model kbc;
	bool irq[2];
	unsigned rises[2], resets;
	int a20; /* -1: never set */
};

static struct hub hub;
static struct lint_log lints;
static struct board pc;

static inline void on_irq(void *ctx, unsigned n, bool level)
{
	struct board *b = ctx;

	b->rises[n] += level && !b->irq[n];
	b->irq[n] = level;
}

static inline void on_a20(void *ctx, bool level) { ((struct board *)ctx)->a20 = level; }
static inline void on_reset(void *ctx) { ((struct board *)ctx)->resets++; }

static inline void build(struct board *b, const struct hub *h, bool devices)
{
	struct ps2_controller_model_wiring wire = { .irq = { { on_irq, b, 0 }, { on_irq, b, 1 } },
						    .a20 = on_a20,
						    .reset = on_reset,
						    .ctx = b };

	*b = (struct board){ .a20 = -1 };
	clock_init(&b->clock);
	ps2_keyboard_model_init(&b->keyboard, "keyboard", h, &b->clock);
	ps2_mouse_model_init(&b->mouse, "mouse", h, &b->clock);
	if (devices) {
		wire.port[PS2_CONTROLLER_MODEL_KEYBOARD] = &b->keyboard.port;
		wire.port[PS2_CONTROLLER_MODEL_AUX] = &b->mouse.port;
	}
	ps2_controller_model_init(&b->kbc, "kbc", h, &b->clock, &wire);
}

static inline void power_on(void)
{
	hub = (struct hub){ 0 };
	lint_log_start(&lints, &hub);
	build(&pc, &hub, true);
}

static inline void bios_left(struct board *b)
{
	ps2_keyboard_model_bios_state(&b->keyboard);
	ps2_mouse_model_bios_state(&b->mouse);
	ps2_controller_model_bios_state(&b->kbc);
}

static inline void ready(void)
{
	power_on();
	bios_left(&pc);
}

static inline void nothing_plugged_in(void)
{
	power_on();
	build(&pc, &hub, false);
	bios_left(&pc);
}

static inline uint8_t in(unsigned port)
{
	return (uint8_t)device_read(&pc.kbc.dev, port, 8, NULL, NULL);
}

static inline void out(unsigned port, uint8_t v)
{
	device_write(&pc.kbc.dev, port, 8, v, NULL, NULL);
}

static inline bool has(uint8_t bit)
{
	uint8_t status = in(STATUS);
	return status & bit;
}

static inline void pass(uint64_t ns) { clock_run_until(&pc.clock, clock_now(&pc.clock) + ns); }

/* Waits as a driver does; false: nothing came in 50 ms. */
static inline bool await(uint8_t bit, bool level)
{
	for (unsigned i = 0; i < 50000; i++) {
		if (!!(in(STATUS)&bit) == level) return true;
		pass(US(1));
	}
	return false;
}

static inline void command(uint8_t c)
{
	require(await(IBF, false));
	out(COMMAND, c);
	require(await(IBF, false));
}

static inline void data(uint8_t v)
{
	require(await(IBF, false));
	out(DATA, v);
	require(await(IBF, false));
}

/* Reads the next byte; -1: none came in 50 ms. Auxiliary data has bit 8 set. */
static inline int take(void)
{
	if (!await(OBF, true)) return -1;
	int aux = in(STATUS)&MOBF ? 0x100 : 0;
	return aux | in(DATA);
}

static inline int ask(uint8_t c)
{
	command(c);
	return take();
}

static inline void set_ctr(uint8_t v)
{
	command(0x60);
	data(v);
}

TestSuite(ps2_controller_model_reset, .init = power_on, .timeout = 60);
TestSuite(i8042, .init = ready, .timeout = 60);
TestSuite(i8042_bare, .init = nothing_plugged_in, .timeout = 60);

#endif
