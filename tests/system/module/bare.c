/* SPDX-License-Identifier: MIT */
/* The smallest board: the debug exit and the debug console, no serial port, display, keyboard,
 * interrupt controller or firmware. */
#include "bimetal/board.h"

#include "devices/isa_ports/model.h"

struct bare {
	struct isa_ports_model debug;
};

static const char *make(struct machine *m, const struct part *part)
{
	struct isa_ports_model_wiring wire = { .exit = board_guest_exit,
					       .debug = board_debug_byte,
					       .ctx = m };
	struct bare *bare = m->board;

	(void)part;
	isa_ports_model_init(&bare->debug, &m->hub, &m->clock, &wire);
	return NULL;
}

static const struct part parts[] = {
	{ .device = offsetof(struct bare, debug.dev),
	  .ops = &isa_ports_model_ops,
	  .space = BUS_PORT,
	  .base = 0xf4,
	  .size = 4,
	  .offset = 0xf4,
	  .init = make },
	{ .device = offsetof(struct bare, debug.dev),
	  .ops = &isa_ports_model_ops,
	  .space = BUS_PORT,
	  .base = 0xe9,
	  .size = 1,
	  .offset = 0xe9 },
};

const struct machine_kind board_bare = { .name = "bare",
					 .board_size = sizeof(struct bare),
					 .hole = UINT64_C(3) << 30,
					 .parts = { { parts, ARRAY_SIZE(parts) } } };
