/* SPDX-License-Identifier: MIT */
/* A board with more debug consoles than anybody needs, and one that nobody makes. */
#include "bimetal/board.h"

#include "devices/isa_ports/model.h"

struct many {
	struct isa_ports_model debug;
	struct device unmade;
};

static const char *make(struct machine *m, const struct part *part)
{
	struct isa_ports_model_wiring wire = { .exit = board_guest_exit,
					       .debug = board_debug_byte,
					       .ctx = m };
	struct many *many = m->board;

	(void)part;
	isa_ports_model_init(&many->debug, &m->hub, &m->clock, &wire);
	return NULL;
}

#define AT(port, n, first)                                                       \
	.device = offsetof(struct many, debug.dev), .ops = &isa_ports_model_ops, \
	.space = BUS_PORT, .base = (port), .size = (n), .offset = (first)
#define CONSOLE(port)             \
	{                         \
		AT(port, 1, 0xe9) \
	}

static const struct part parts[] = {
	{ AT(0xf4, 4, 0xf4), .init = make },
	CONSOLE(0x500),
	CONSOLE(0x501),
	CONSOLE(0x502),
	CONSOLE(0x503),
	CONSOLE(0x504),
	CONSOLE(0x505),
	CONSOLE(0x506),
	CONSOLE(0x507),
	CONSOLE(0x508),
	CONSOLE(0x509),
	CONSOLE(0x50a),
	CONSOLE(0x50b),
	CONSOLE(0x50c),
	CONSOLE(0x50d),
	CONSOLE(0x50e),
#ifdef UNMADE
	{ .device = offsetof(struct many, unmade), .space = BUS_PORT, .base = 0x600, .size = 1 },
#endif
};

const struct machine_kind MANY_BOARD = { .name = "many",
					 .board_size = sizeof(struct many),
					 .hole = UINT64_C(3) << 30,
					 .parts = { { parts, ARRAY_SIZE(parts) } } };
