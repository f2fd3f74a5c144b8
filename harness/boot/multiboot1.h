/* SPDX-License-Identifier: MIT */
/* What the parts of the multiboot1 loader share: the information block under construction
 * (multiboot1.c), and the screen in it (multiboot1_screen.c). Only they include this. */
#ifndef HARNESS_BOOT_MULTIBOOT1_H
#define HARNESS_BOOT_MULTIBOOT1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/boot/multiboot.h"

#define MULTIBOOT1_LOADER "bimetal" /* the loader's name */

enum {
	MULTIBOOT1_LINEAR_GRAPHICS = 0, /* mode_type */
	/* Bytes that a screen adds to the block, at most. */
	MULTIBOOT1_TEXT_MAX = 512,
	MULTIBOOT1_GRAPHICS_MAX = 1536
};

/* The information block and everything that it points to, built in host memory. */
struct multiboot1_info {
	uint8_t *bytes;
	size_t size;
	uint32_t base; /* its address in guest memory */
};

/* Allocate `size` bytes and return their offset. The capacity was computed to be enough for all. */
static inline uint32_t multiboot1_take(struct multiboot1_info *info, size_t size)
{
	size_t at = info->size;

	info->size += (size + 3) & ~(size_t)3;
	return (uint32_t)at;
}

static inline uint32_t multiboot1_address(const struct multiboot1_info *info, uint32_t offset)
{
	return info->base + offset;
}

struct multiboot1_screen {
	bool described; /* the image asks what the screen is */
	bool graphics;  /* then `mode` is set */
	struct graphics_mode mode;
};

/* Set the mode that the image asks for, by its header's fields from mode_type on (NULL: it has
 * none), or the user by --vga. False, with a message: it is impossible. */
bool multiboot1_choose_screen(struct load *l, const uint8_t *fields,
			      struct multiboot1_screen *screen);
/* Describe it in the block. Returns the flags of what was described. */
uint32_t multiboot1_put_screen(struct multiboot1_info *info,
			       const struct multiboot1_screen *screen);

#endif
