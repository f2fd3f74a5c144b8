/* SPDX-License-Identifier: MIT */
/* Sends bytes to a serial port as a terminal at the other end would: one after the other, each
 * taking the time of a character on the line, in virtual time. */
#ifndef HARNESS_CONSOLE_SERIAL_FEED_H
#define HARNESS_CONSOLE_SERIAL_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/clock.h"

enum { SERIAL_FEED_SIZE = 8192 }; /* bytes in the queue; a power of two */

struct serial_feed_state { /* plain data: part of a snapshot */
	uint8_t byte[SERIAL_FEED_SIZE];
	uint32_t head, len;
	uint64_t sent; /* bytes that reached the line */
};

struct serial_feed {
	struct clock *clock;
	unsigned timer;
	/* Called when a byte has arrived completely. */
	void (*receive)(void *ctx, uint8_t byte);
	/* Nanoseconds per character at the present setting of the line. */
	uint64_t (*char_ns)(void *ctx);
	void *ctx;
	struct serial_feed_state s;
};

/* Call this while the machine is being built, as it adds a timer to the clock. */
void serial_feed_init(struct serial_feed *f, struct clock *clock,
		      void (*receive)(void *ctx, uint8_t byte), uint64_t (*char_ns)(void *ctx),
		      void *ctx);
/* Queue bytes; returns how many fitted. */
size_t serial_feed_send(struct serial_feed *f, const void *bytes, size_t len);
/* Room left, in bytes. */
size_t serial_feed_room(const struct serial_feed *f);
/* Whether the queue is empty. */
bool serial_feed_idle(const struct serial_feed *f);

#endif
