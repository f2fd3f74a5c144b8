/* SPDX-License-Identifier: MIT */
/* The keyboard of a machine. */
#include "devices/ps2_keyboard/model.h"

static bool key(void *ctx, uint16_t code, bool down)
{
	return ps2_keyboard_model_key(ctx, code, down);
}

struct keyboard_end ps2_keyboard_model_end(struct ps2_keyboard_model *k)
{
	return (struct keyboard_end){ .key = key, .ctx = k };
}
