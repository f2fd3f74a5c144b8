/* SPDX-License-Identifier: MIT */
/* The three ways in which graphics modes keep their dots. */
#ifndef DRIVERS_VGA_DRAW_INTERNAL_H
#define DRIVERS_VGA_DRAW_INTERNAL_H

#include "bimetal/vga_draw.h"
#include "internal.h"

/* An area of the page; `to_x` and `to_y` belong to it. */
struct vga_area {
	unsigned x, y, to_x, to_y;
};

/* What a way of keeping dots can do. Places and colours have been checked. */
struct vga_layout {
	unsigned width, height, colours;
	unsigned row_bytes; /* addresses of the window for a row of dots */
	/* One dot. */
	void (*set)(const struct vga *vga, unsigned x, unsigned y, uint8_t colour);
	uint8_t (*get)(const struct vga *vga, unsigned x, unsigned y);
	/* Many dots of one colour: begin once; plot each, or a part of a glyph's row (up to eight
	 * dots, the highest bit of `bits` at x); end once. */
	void (*begin)(const struct vga *vga, uint8_t colour);
	void (*plot)(const struct vga *vga, unsigned x, unsigned y, uint8_t colour);
	void (*bits)(const struct vga *vga, unsigned x, unsigned y, uint8_t bits, uint8_t colour);
	void (*end)(const struct vga *vga);
	void (*fill)(const struct vga *vga, const struct vga_area *area, uint8_t colour);
	/* From or to ordinary memory, rows `pitch` apart. */
	void (*blit)(const struct vga *vga, const struct vga_area *area, const uint8_t *dots,
		     uint32_t pitch);
	void (*grab)(const struct vga *vga, const struct vga_area *area, uint8_t *dots,
		     uint32_t pitch);
	/* Copy the rows from `rows` on to the top. */
	void (*scroll)(const struct vga *vga, unsigned rows);
};

extern const struct vga_layout vga_planar, vga_linear, vga_unchained;

/* Bytes of a row, of which the dots `from` to `to` are meant. */
struct vga_columns {
	unsigned first, n;
	unsigned from, to;
};

enum { VGA_MAX_COLUMNS = 3 };

/* Split the dots from x to to_x into a first byte of which a part is meant, whole bytes, and a last
 * one. Returns how many of them there are. */
unsigned vga_split(unsigned x, unsigned to_x, unsigned dots_per_byte,
		   struct vga_columns columns[VGA_MAX_COLUMNS]);
/* Write `n` equal bytes, four at once where they are aligned. */
void vga_fill_bytes(const struct vga *vga, uint32_t at, uint32_t n, uint8_t byte);

#endif
