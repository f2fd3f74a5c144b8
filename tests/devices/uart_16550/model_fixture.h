/* SPDX-License-Identifier: MIT */
/* The model of the 16550A alone, for its tests. */
#ifndef TESTS_DEVICES_UART_16550_MODEL_FIXTURE_H
#define TESTS_DEVICES_UART_16550_MODEL_FIXTURE_H

#include <string.h>

#include "devices/uart_16550/model.h"
#include "tests/check.h"
#include "tests/devices/lint_log.h"

/* Ports, a second transcription of table II. */
enum { DATA = 0, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6, SCR = 7 };
enum { LCR_8N1 = 0x03, DIVISOR_115200 = 1, DIVISOR_9600 = 12 };
enum { TICK_HZ = 1843200, CHAR_TICKS = 160, START_TICKS = 16 }; /* divisor 1, 8N1 */

static struct hub hub;
static struct clock vclock;
static struct uart_16550_model uart;
static struct lint_log lints;
static char wire[64];
static uint64_t sent_at[64];
static unsigned n_wire, irq_rises;
static bool irq;

static inline void on_tx(void *ctx, uint8_t byte)
{
	(void)ctx;
	sent_at[n_wire] = clock_now(&vclock);
	if (n_wire < sizeof wire - 1) wire[n_wire++] = (char)byte;
}

static inline void on_irq(void *ctx, unsigned n, bool level)
{
	(void)ctx, (void)n;
	irq_rises += level && !irq;
	irq = level;
}

static inline uint8_t in(unsigned reg)
{
	return (uint8_t)device_read(&uart.dev, reg, 8, NULL, NULL);
}
static inline void out(unsigned reg, uint8_t v) { device_write(&uart.dev, reg, 8, v, NULL, NULL); }

static inline void set_divisor(unsigned d)
{
	uint8_t lcr = in(LCR);
	out(LCR, lcr | 0x80);
	out(DATA, (uint8_t)d);
	out(IER, (uint8_t)(d >> 8));
	out(LCR, lcr);
}

static inline void power_on(void)
{
	clock_init(&vclock);
	hub.clock = &vclock;
	lint_log_start(&lints, &hub);
	uart_16550_model_init(&uart, "com1", &hub, &vclock, (struct irq){ .set = on_irq }, on_tx,
			      NULL);
}

/* 115200 8N1, OUT2 on. */
static inline void ready(void)
{
	power_on();
	out(LCR, LCR_8N1);
	set_divisor(DIVISOR_115200);
	out(MCR, 0x08);
}

static inline void pass(uint64_t ns) { clock_run_until(&vclock, clock_now(&vclock) + ns); }
static inline uint64_t tick(uint64_t n) { return clock_tick_time(n, TICK_HZ); }
static inline void fifo_on(uint8_t trigger_bits) { out(FCR, 0x07 | trigger_bits); }
static inline void arrive(unsigned n)
{
	while (n--) (void)uart_16550_model_receive(&uart, 'r');
}

TestSuite(uart_reset, .init = power_on, .timeout = 60);
TestSuite(uart, .init = ready, .timeout = 60);

#endif
