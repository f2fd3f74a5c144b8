/* SPDX-License-Identifier: MIT */
#include "draw_internal.h"

enum { WORD = 4 };

unsigned vga_split(unsigned x, unsigned to_x, unsigned dots_per_byte,
		   struct vga_columns columns[VGA_MAX_COLUMNS])
{
	const unsigned whole = dots_per_byte - 1, from = x % dots_per_byte;
	const unsigned to = to_x % dots_per_byte, last = to_x / dots_per_byte;
	unsigned first = x / dots_per_byte, end = last + 1, n = 0;

	if (first == last) {
		columns[0] = (struct vga_columns){ first, 1, from, to };
		return 1;
	}
	if (from > 0) columns[n++] = (struct vga_columns){ first++, 1, from, whole };
	if (to < whole) columns[n++] = (struct vga_columns){ --end, 1, 0, to };
	if (first < end) columns[n++] = (struct vga_columns){ first, end - first, 0, whole };
	return n;
}

void vga_fill_bytes(const struct vga *vga, uint32_t at, uint32_t n, uint8_t byte)
{
	const uint32_t word = byte * UINT32_C(0x01010101);

	for (; n > 0 && at % WORD != 0; n--) io_write8(vga->memory, at++, byte);
	for (; n >= WORD; n -= WORD, at += WORD) io_write32(vga->memory, at, word);
	for (; n > 0; n--) io_write8(vga->memory, at++, byte);
}
