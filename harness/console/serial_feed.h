/* SPDX-License-Identifier: MIT */
/* Sends bytes into a serial line as a terminal at the other end would: one character time after
 * another, on the virtual clock. */
#ifndef HARNESS_CONSOLE_SERIAL_FEED_H
#define HARNESS_CONSOLE_SERIAL_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/clock.h"

enum { SERIAL_FEED_SIZE = 8192 }; /* bytes that may wait; a power of two */

struct serial_feed_state { /* plain data: part of a snapshot */
	uint8_t byte[SERIAL_FEED_SIZE];
	uint32_t head, len;
	uint64_t sent; /* bytes that reached the line */
};

struct serial_feed {
	struct clock *clock;
	unsigned timer;
	/* The byte has arrived whole. */
	void (*receive)(void *ctx, uint8_t byte);
	/* Nanoseconds that one character takes at the line's present setting. */
	uint64_t (*char_ns)(void *ctx);
	void *ctx;
	struct serial_feed_state s;
};

/* At wiring time: takes a clock timer. */
void serial_feed_init(struct serial_feed *f, struct clock *clock,
		      void (*receive)(void *ctx, uint8_t byte), uint64_t (*char_ns)(void *ctx),
		      void *ctx);
/* Queue bytes; returns how many found room. */
size_t serial_feed_send(struct serial_feed *f, const void *bytes, size_t len);
/* Room left, in bytes. */
size_t serial_feed_room(const struct serial_feed *f);
/* Nothing waits to be sent. */
bool serial_feed_idle(const struct serial_feed *f);

#endif
