/* SPDX-License-Identifier: MIT */
/* Figures, glyphs and blocks on a framebuffer. */
#include "bimetal/raster.h"
#include "internal.h"

static void fill(const struct framebuffer *fb, uint32_t x, uint32_t y, uint32_t to_x, uint32_t to_y,
		 uint32_t dot)
{
	for (; y <= to_y; y++)
		for (uint32_t i = x; i <= to_x; i++) framebuffer_store(fb, i, y, dot);
}

static enum framebuffer_status both_inside(const struct framebuffer *fb, uint32_t x, uint32_t y,
					   uint32_t to_x, uint32_t to_y)
{
	if (!fb) return FRAMEBUFFER_NULL;
	return framebuffer_holds(fb, x, y, 1, 1) && framebuffer_holds(fb, to_x, to_y, 1, 1)
		       ? FRAMEBUFFER_OK
		       : FRAMEBUFFER_BOUNDS;
}

static void order(uint32_t *low, uint32_t *high)
{
	if (*low <= *high) return;
	const uint32_t swapped = *low;
	*low = *high;
	*high = swapped;
}

/* ---- figures ---- */

enum framebuffer_status framebuffer_draw_line(const struct framebuffer *fb, uint32_t x, uint32_t y,
					      uint32_t to_x, uint32_t to_y, uint32_t dot)
{
	const enum framebuffer_status status = both_inside(fb, x, y, to_x, to_y);

	if (status != FRAMEBUFFER_OK) return status;
	struct raster_line line = raster_line((int32_t)x, (int32_t)y, (int32_t)to_x, (int32_t)to_y);
	while (raster_next(&line)) framebuffer_store(fb, (uint32_t)line.x, (uint32_t)line.y, dot);
	return FRAMEBUFFER_OK;
}

enum framebuffer_status framebuffer_fill_rectangle(const struct framebuffer *fb, uint32_t x,
						   uint32_t y, uint32_t to_x, uint32_t to_y,
						   uint32_t dot)
{
	const enum framebuffer_status status = both_inside(fb, x, y, to_x, to_y);

	if (status != FRAMEBUFFER_OK) return status;
	order(&x, &to_x);
	order(&y, &to_y);
	fill(fb, x, y, to_x, to_y, dot);
	return FRAMEBUFFER_OK;
}

enum framebuffer_status framebuffer_draw_rectangle(const struct framebuffer *fb, uint32_t x,
						   uint32_t y, uint32_t to_x, uint32_t to_y,
						   uint32_t dot)
{
	const enum framebuffer_status status = both_inside(fb, x, y, to_x, to_y);

	if (status != FRAMEBUFFER_OK) return status;
	order(&x, &to_x);
	order(&y, &to_y);
	fill(fb, x, y, to_x, y, dot);
	fill(fb, x, to_y, to_x, to_y, dot);
	fill(fb, x, y, x, to_y, dot);
	fill(fb, to_x, y, to_x, to_y, dot);
	return FRAMEBUFFER_OK;
}

enum framebuffer_status framebuffer_fill(const struct framebuffer *fb, uint32_t dot)
{
	if (!fb) return FRAMEBUFFER_NULL;
	fill(fb, 0, 0, fb->format.width - 1, fb->format.height - 1, dot);
	return FRAMEBUFFER_OK;
}

/* ---- text ---- */

enum framebuffer_status framebuffer_draw_char(const struct framebuffer *fb, uint32_t x, uint32_t y,
					      const struct font *font, uint8_t character,
					      uint32_t dot, uint32_t behind)
{
	if (!fb || !font || !font->rows) return FRAMEBUFFER_NULL;
	if (!framebuffer_holds(fb, x, y, FONT_WIDTH, font->height)) return FRAMEBUFFER_BOUNDS;
	for (unsigned row = 0; row < font->height; row++)
		for (unsigned i = 0; i < FONT_WIDTH; i++)
			framebuffer_store(fb, x + i, y + row,
					  font_dot(font, character, i, row) ? dot : behind);
	return FRAMEBUFFER_OK;
}

/* ---- blocks ---- */

enum framebuffer_status framebuffer_blit(const struct framebuffer *fb, uint32_t x, uint32_t y,
					 uint32_t width, uint32_t height, const uint32_t *dots,
					 uint32_t pitch)
{
	if (!fb || !dots) return FRAMEBUFFER_NULL;
	if (!framebuffer_holds(fb, x, y, width, height)) return FRAMEBUFFER_BOUNDS;
	for (uint32_t row = 0; row < height; row++)
		for (uint32_t i = 0; i < width; i++)
			framebuffer_store(fb, x + i, y + row, dots[(size_t)row * pitch + i]);
	return FRAMEBUFFER_OK;
}

/* Dots are copied in the order in which none is overwritten before it was read. */
enum framebuffer_status framebuffer_move(const struct framebuffer *fb, uint32_t to_x, uint32_t to_y,
					 uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	if (!fb) return FRAMEBUFFER_NULL;
	if (!framebuffer_holds(fb, x, y, width, height) ||
	    !framebuffer_holds(fb, to_x, to_y, width, height))
		return FRAMEBUFFER_BOUNDS;
	const bool backwards = to_y > y || (to_y == y && to_x > x);
	for (uint32_t j = 0; j < height; j++)
		for (uint32_t i = 0; i < width; i++) {
			const uint32_t v = backwards ? height - 1 - j : j;
			const uint32_t u = backwards ? width - 1 - i : i;
			framebuffer_store(fb, to_x + u, to_y + v,
					  framebuffer_load(fb, x + u, y + v));
		}
	return FRAMEBUFFER_OK;
}

enum framebuffer_status framebuffer_scroll(const struct framebuffer *fb, uint32_t rows,
					   uint32_t dot)
{
	if (!fb) return FRAMEBUFFER_NULL;
	const uint32_t width = fb->format.width, height = fb->format.height;
	if (rows > height) return FRAMEBUFFER_BOUNDS;
	if (rows == 0) return FRAMEBUFFER_OK;
	const enum framebuffer_status status =
		framebuffer_move(fb, 0, 0, 0, rows, width, height - rows);
	if (status == FRAMEBUFFER_OK) fill(fb, 0, height - rows, width - 1, height - 1, dot);
	return status;
}
