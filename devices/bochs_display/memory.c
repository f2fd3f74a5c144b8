/* SPDX-License-Identifier: MIT */
/* The video memory: first the VGA's planes, then the function's own. */
#include <string.h>

#include "devices/bochs_display/internal.h"
#include "devices/vga/planes.h"

enum { BITS_PER_BYTE = 8 };

/* The bytes from `offset` on, and how many there are in one piece. */
static uint8_t *at(const struct bochs_display_model *d, uint64_t offset, uint64_t *n)
{
	if (offset < VGA_MODEL_PLANES_SIZE) {
		*n = VGA_MODEL_PLANES_SIZE - offset;
		return vga_model_planes(d->vga) + offset;
	}
	*n = d->memory_size - offset;
	return d->memory + (offset - VGA_MODEL_PLANES_SIZE);
}

uint64_t bochs_display_load(const struct bochs_display_model *d, uint64_t offset, unsigned width)
{
	uint64_t value = 0, n;

	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++)
		value |= (uint64_t)*at(d, offset + i, &n) << i * BITS_PER_BYTE;
	return value;
}

void bochs_display_store(struct bochs_display_model *d, uint64_t offset, unsigned width,
			 uint64_t value)
{
	uint64_t n;

	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++)
		*at(d, offset + i, &n) = (uint8_t)(value >> i * BITS_PER_BYTE);
}

void bochs_display_read(const struct bochs_display_model *d, uint64_t offset, void *buf, size_t len)
{
	uint8_t *to = buf;

	for (uint64_t n; len; offset += n, to += n, len -= n) {
		const uint8_t *from = at(d, offset, &n);
		if (n > len) n = len;
		memcpy(to, from, n);
	}
}

void bochs_display_clear(struct bochs_display_model *d, uint64_t offset, uint64_t len)
{
	for (uint64_t n; len; offset += n, len -= n) {
		uint8_t *to = at(d, offset, &n);
		if (n > len) n = len;
		memset(to, 0, n);
	}
}
