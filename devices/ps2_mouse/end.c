/* SPDX-License-Identifier: MIT */
/* The pointer of a machine. */
#include "devices/ps2_mouse/model.h"

_Static_assert((int)PS2_MOUSE_MODEL_LEFT == (int)POINTER_LEFT &&
		       (int)PS2_MOUSE_MODEL_RIGHT == (int)POINTER_RIGHT &&
		       (int)PS2_MOUSE_MODEL_MIDDLE == (int)POINTER_MIDDLE,
	       "the model has the buttons as an end has them");

static void move(void *ctx, int dx, int dy)
{
	struct ps2_mouse_model *m = ctx;

	ps2_mouse_model_move(m, dx, dy, m->s.buttons);
}

static void buttons(void *ctx, unsigned held) { ps2_mouse_model_move(ctx, 0, 0, (uint8_t)held); }
static void wheel(void *ctx, int counts) { ps2_mouse_model_wheel(ctx, counts); }

struct pointer_end ps2_mouse_model_end(struct ps2_mouse_model *m)
{
	static const struct pointer_end_ops ops = { .move = move,
						    .buttons = buttons,
						    .wheel = wheel };

	return (struct pointer_end){ .ops = &ops, .ctx = m };
}
