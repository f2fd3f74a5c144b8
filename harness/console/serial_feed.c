/* SPDX-License-Identifier: MIT */
#include "harness/console/serial_feed.h"

/* The time per character if the port has no valid speed, so that the queue still empties. */
enum { FALLBACK_CHAR_NS = 86806 }; /* ten bits at 115200 baud */

static void arm(struct serial_feed *f, uint64_t from_ns)
{
	uint64_t ns = f->char_ns(f->ctx);
	clock_arm(f->clock, f->timer, from_ns + (ns ? ns : FALLBACK_CHAR_NS));
}

static void on_char_sent(void *ctx, uint64_t due_ns)
{
	struct serial_feed *f = ctx;
	if (f->s.len == 0) return;
	uint8_t byte = f->s.byte[f->s.head];
	f->s.head = (f->s.head + 1) % SERIAL_FEED_SIZE;
	f->s.len--;
	f->s.sent++;
	if (f->s.len > 0) arm(f, due_ns);
	f->receive(f->ctx, byte);
}

void serial_feed_init(struct serial_feed *f, struct clock *clock,
		      void (*receive)(void *ctx, uint8_t byte), uint64_t (*char_ns)(void *ctx),
		      void *ctx)
{
	*f = (struct serial_feed){
		.clock = clock, .receive = receive, .char_ns = char_ns, .ctx = ctx
	};
	f->timer = clock_add_timer(clock, "serial feed", on_char_sent, f);
}

size_t serial_feed_send(struct serial_feed *f, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;
	size_t n = len < serial_feed_room(f) ? len : serial_feed_room(f);
	bool was_idle = serial_feed_idle(f);
	for (size_t i = 0; i < n; i++)
		f->s.byte[(f->s.head + f->s.len++) % SERIAL_FEED_SIZE] = from[i];
	if (was_idle && n > 0) arm(f, clock_now(f->clock));
	return n;
}

size_t serial_feed_room(const struct serial_feed *f) { return SERIAL_FEED_SIZE - f->s.len; }

bool serial_feed_idle(const struct serial_feed *f) { return f->s.len == 0; }
