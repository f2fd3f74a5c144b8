/* SPDX-License-Identifier: MIT */
/* A linear framebuffer: dots of 8, 15, 16, 24 or 32 bits, row after row in memory. It comes from a
 * boot protocol (multiboot's framebuffer, Linux's screen_info), from VBE or from a display's driver
 * (bimetal/bochs_display.h); this driver draws in it. bimetal/framebuffer_console.h writes text.
 *
 * A dot of 8, 16 or 32 bits is one access of its width; one of 15 bits is one of 16; one of 24 is
 * three of 8. Freestanding: no libc, no heap. All state is in struct framebuffer. */
#ifndef BIMETAL_FRAMEBUFFER_H
#define BIMETAL_FRAMEBUFFER_H

/* For example:
 *
 *	static enum framebuffer_status frame(struct framebuffer *fb, struct io memory)
 *	{
 *		const struct framebuffer_format format = framebuffer_format(640, 480, 32);
 *		enum framebuffer_status status = framebuffer_init(fb, memory, &format);
 *
 *		if (status != FRAMEBUFFER_OK) return status;
 *		return framebuffer_draw_rectangle(fb, 0, 0, 639, 479,
 *						  framebuffer_colour(fb, 255, 255, 0));
 *	}
 */

#include <stdint.h>

#include "bimetal/font.h"
#include "bimetal/io.h"

#define FRAMEBUFFER_MUST_USE __attribute__((warn_unused_result))

enum framebuffer_status {
	FRAMEBUFFER_OK,
	FRAMEBUFFER_NULL,       /* a null pointer */
	FRAMEBUFFER_BAD_BASE,   /* not memory of stride 1, or not aligned to a dot */
	FRAMEBUFFER_BAD_FORMAT, /* see framebuffer_init() */
	FRAMEBUFFER_BOUNDS      /* a place outside of the screen */
};

enum { FRAMEBUFFER_MAX_SIDE = 16384 };

/* One component of a colour: its lowest bit in a dot, and how many bits it has. */
struct framebuffer_mask {
	uint8_t at, bits;
};

struct framebuffer_format {
	uint32_t width, height; /* dots */
	uint32_t pitch;         /* bytes from one row to the next */
	uint8_t bits;           /* of a dot: 8, 15, 16, 24 or 32 */
	/* With 8 bits and no bits of red, green and blue, a dot is an entry of a palette. */
	struct framebuffer_mask red, green, blue;
};

/* The usual format of so many bits: rows without gaps; 8: palette; 15: 5-5-5; 16: 5-6-5; 24 and
 * 32: 8-8-8 with blue in the lowest byte. With other numbers of bits it is not valid. */
struct framebuffer_format framebuffer_format(uint32_t width, uint32_t height, unsigned bits);

/* The handle: allocated by the caller, set by the driver; callers may read `format`. */
struct framebuffer {
	struct io memory;
	struct framebuffer_format format;
	uint32_t dot_bytes;
};

/* Use a framebuffer that the kernel has mapped at `memory` (stride 1). BAD_FORMAT: a side of 0 or
 * above FRAMEBUFFER_MAX_SIDE, other bits, a pitch below a row or not a multiple of a dot's access,
 * or components that overlap, have more than 8 bits or do not fit. Nothing is accessed. */
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_init(struct framebuffer *fb, struct io memory, const struct framebuffer_format *format);

/* The dot's value for a colour of 8 bits a component, 0 to 255: its highest bits. With a palette
 * there is none, and this is 0: use entries. */
uint32_t framebuffer_colour(const struct framebuffer *fb, uint8_t red, uint8_t green, uint8_t blue);

/* ---- dots; values beyond the bits of a dot are cut off ---- */

FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_set_pixel(const struct framebuffer *fb, uint32_t x, uint32_t y, uint32_t dot);
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_read_pixel(const struct framebuffer *fb, uint32_t x, uint32_t y, uint32_t *dot);

/* ---- figures: both ends or corners belong to them; corners in any order ---- */

FRAMEBUFFER_MUST_USE enum framebuffer_status framebuffer_draw_line(const struct framebuffer *fb,
								   uint32_t x, uint32_t y,
								   uint32_t to_x, uint32_t to_y,
								   uint32_t dot);
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_draw_rectangle(const struct framebuffer *fb, uint32_t x, uint32_t y, uint32_t to_x,
			   uint32_t to_y, uint32_t dot);
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_fill_rectangle(const struct framebuffer *fb, uint32_t x, uint32_t y, uint32_t to_x,
			   uint32_t to_y, uint32_t dot);
FRAMEBUFFER_MUST_USE enum framebuffer_status framebuffer_fill(const struct framebuffer *fb,
							      uint32_t dot);

/* ---- text ---- */

/* A whole cell of the font: `dot` where the glyph is, `behind` elsewhere. */
FRAMEBUFFER_MUST_USE enum framebuffer_status
framebuffer_draw_char(const struct framebuffer *fb, uint32_t x, uint32_t y, const struct font *font,
		      uint8_t character, uint32_t dot, uint32_t behind);

/* ---- blocks ---- */

/* A picture from ordinary memory: one value a dot, `pitch` values from one row to the next. */
FRAMEBUFFER_MUST_USE enum framebuffer_status framebuffer_blit(const struct framebuffer *fb,
							      uint32_t x, uint32_t y,
							      uint32_t width, uint32_t height,
							      const uint32_t *dots, uint32_t pitch);
/* Move a rectangle of the screen to another place on it. The two may overlap. */
FRAMEBUFFER_MUST_USE enum framebuffer_status framebuffer_move(const struct framebuffer *fb,
							      uint32_t to_x, uint32_t to_y,
							      uint32_t x, uint32_t y,
							      uint32_t width, uint32_t height);
/* Move everything up by `rows` dots, and fill what becomes free. BOUNDS: more rows than there are.
 */
FRAMEBUFFER_MUST_USE enum framebuffer_status framebuffer_scroll(const struct framebuffer *fb,
								uint32_t rows, uint32_t dot);

#endif
