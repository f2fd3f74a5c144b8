/* SPDX-License-Identifier: MIT */
/* All that a board outside of bimetal's own tree uses, besides the headers of the models on it
 * ("devices/uart_16550/model.h"). A board is a table of parts (harness/machine/board.h):
 *
 *	#include "bimetal/board.h"
 *	#include "devices/uart_16550/model.h"
 *
 *	struct small { struct uart_16550_model uart; };
 *	static const char *make_uart(struct machine *m, const struct part *part)
 *	{
 *		struct small *small = m->board;
 *
 *		(void)part;
 *		uart_16550_model_init(&small->uart, "com1", &m->hub, &m->clock, (struct irq){ 0 },
 *				      NULL, NULL);
 *		m->ends.serial[0] = uart_16550_model_end(&small->uart);
 *		return NULL;
 *	}
 *	static const struct part parts[] = {
 *		{ .device = offsetof(struct small, uart.dev), .ops = &uart_16550_model_ops,
 *		  .space = BUS_PORT, .base = 0x3f8, .size = 8, .init = make_uart },
 *	};
 *	const struct machine_kind board_small = {
 *		.name = "small", .board_size = sizeof(struct small), .hole = UINT64_C(3) << 30,
 *		.parts = { { parts, ARRAY_SIZE(parts) } },
 *	};
 *
 * bimetal_add_board(small SOURCES small.c) builds it for native tests, and as a module for
 * `bimetal run --machine ./small.so`. */
#ifndef BIMETAL_BOARD_H
#define BIMETAL_BOARD_H

#include "bimetal/model.h"

#include "emu/bus.h"
#include "emu/ends.h"
#include "emu/mem.h"
#include "emu/processor.h"
#include "harness/machine/board.h"
#include "harness/machine/machine.h"

#define BIMETAL_BOARD_SIZES                                                              \
	BIMETAL_MODEL_SIZES, BIMETAL_SIZE_OF(struct machine_kind),                       \
		BIMETAL_SIZE_OF(struct machine), BIMETAL_SIZE_OF(struct machine_config), \
		BIMETAL_SIZE_OF(struct part), BIMETAL_SIZE_OF(struct part_socket),       \
		BIMETAL_SIZE_OF(struct machine_card), BIMETAL_SIZE_OF(struct firmware),  \
		BIMETAL_SIZE_OF(struct processor_ops), BIMETAL_SIZE_OF(struct x86_pins), \
		BIMETAL_SIZE_OF(struct bus), BIMETAL_SIZE_OF(struct mem)

#endif
