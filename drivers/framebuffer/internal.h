/* SPDX-License-Identifier: MIT */
#ifndef DRIVERS_FRAMEBUFFER_INTERNAL_H
#define DRIVERS_FRAMEBUFFER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "bimetal/framebuffer.h"

enum { FB_BYTE = 8, FB_DOT_8 = 1, FB_DOT_16 = 2, FB_DOT_24 = 3, FB_DOT_32 = 4 };

/* Places have been checked. */
void framebuffer_store(const struct framebuffer *fb, uint32_t x, uint32_t y, uint32_t dot);
uint32_t framebuffer_load(const struct framebuffer *fb, uint32_t x, uint32_t y);

/* Whether a rectangle is on the screen; an empty one at its edge is. */
static inline bool framebuffer_holds(const struct framebuffer *fb, uint32_t x, uint32_t y,
				     uint32_t width, uint32_t height)
{
	return x <= fb->format.width && width <= fb->format.width - x && y <= fb->format.height &&
	       height <= fb->format.height - y;
}

#endif
