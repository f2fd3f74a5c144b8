/* SPDX-License-Identifier: MIT */
/* Drawing: what is the same in all graphics modes. */
#include "bimetal/raster.h"
#include "draw_internal.h"

static const struct vga_layout *layout_of(enum vga_mode mode)
{
	if (mode == VGA_MODE_640X480X16) return &vga_planar;
	if (mode == VGA_MODE_320X200X256) return &vga_linear;
	return mode == VGA_MODE_320X240X256 ? &vga_unchained : NULL;
}

/* NULL, BAD_MODE, or OK and the layout. */
static enum vga_status layout(const struct vga *vga, const struct vga_layout **found)
{
	if (!vga) return VGA_NULL;
	*found = vga->set ? layout_of(vga->mode) : NULL;
	return *found ? VGA_OK : VGA_BAD_MODE;
}

static bool inside(const struct vga_layout *l, unsigned x, unsigned y)
{
	return x < l->width && y < l->height;
}

static enum vga_status check(const struct vga *vga, const struct vga_layout **l, unsigned x,
			     unsigned y, unsigned colour)
{
	const enum vga_status status = layout(vga, l);

	if (status != VGA_OK) return status;
	return inside(*l, x, y) && colour < (*l)->colours ? VGA_OK : VGA_BOUNDS;
}

/* ---- dots ---- */

enum vga_status vga_set_pixel(const struct vga *vga, unsigned x, unsigned y, uint8_t colour)
{
	const struct vga_layout *l = NULL;
	const enum vga_status status = check(vga, &l, x, y, colour);

	if (status == VGA_OK) l->set(vga, x, y, colour);
	return status;
}

enum vga_status vga_read_pixel(const struct vga *vga, unsigned x, unsigned y, uint8_t *colour)
{
	const struct vga_layout *l = NULL;

	if (!colour) return VGA_NULL;
	const enum vga_status status = check(vga, &l, x, y, 0);
	if (status == VGA_OK) *colour = l->get(vga, x, y);
	return status;
}

/* ---- figures ---- */

static enum vga_status check_two(const struct vga *vga, const struct vga_layout **l,
				 const struct vga_area *area, uint8_t colour)
{
	const enum vga_status status = check(vga, l, area->x, area->y, colour);

	if (status != VGA_OK) return status;
	return inside(*l, area->to_x, area->to_y) ? VGA_OK : VGA_BOUNDS;
}

enum vga_status vga_draw_line(const struct vga *vga, unsigned x, unsigned y, unsigned to_x,
			      unsigned to_y, uint8_t colour)
{
	const struct vga_area ends = { x, y, to_x, to_y };
	const struct vga_layout *l = NULL;
	const enum vga_status status = check_two(vga, &l, &ends, colour);

	if (status != VGA_OK) return status;
	struct raster_line line = raster_line((int32_t)x, (int32_t)y, (int32_t)to_x, (int32_t)to_y);
	l->begin(vga, colour);
	while (raster_next(&line)) l->plot(vga, (unsigned)line.x, (unsigned)line.y, colour);
	l->end(vga);
	return VGA_OK;
}

static unsigned lower(unsigned a, unsigned b) { return a < b ? a : b; }
static unsigned upper(unsigned a, unsigned b) { return a < b ? b : a; }

static struct vga_area ordered(unsigned x, unsigned y, unsigned to_x, unsigned to_y)
{
	return (struct vga_area){ lower(x, to_x), lower(y, to_y), upper(x, to_x), upper(y, to_y) };
}

enum vga_status vga_fill_rectangle(const struct vga *vga, unsigned x, unsigned y, unsigned to_x,
				   unsigned to_y, uint8_t colour)
{
	const struct vga_area area = ordered(x, y, to_x, to_y);
	const struct vga_layout *l = NULL;
	const enum vga_status status = check_two(vga, &l, &area, colour);

	if (status == VGA_OK) l->fill(vga, &area, colour);
	return status;
}

enum vga_status vga_draw_rectangle(const struct vga *vga, unsigned x, unsigned y, unsigned to_x,
				   unsigned to_y, uint8_t colour)
{
	const struct vga_area area = ordered(x, y, to_x, to_y);
	const struct vga_layout *l = NULL;
	const enum vga_status status = check_two(vga, &l, &area, colour);

	if (status != VGA_OK) return status;
	const struct vga_area sides[] = { { area.x, area.y, area.to_x, area.y },
					  { area.x, area.to_y, area.to_x, area.to_y },
					  { area.x, area.y, area.x, area.to_y },
					  { area.to_x, area.y, area.to_x, area.to_y } };
	for (unsigned i = 0; i < sizeof(sides) / sizeof(sides[0]); i++)
		l->fill(vga, &sides[i], colour);
	return VGA_OK;
}

enum vga_status vga_fill(const struct vga *vga, uint8_t colour)
{
	const struct vga_layout *l = NULL;
	const enum vga_status status = check(vga, &l, 0, 0, colour);

	if (status != VGA_OK) return status;
	const struct vga_area page = { 0, 0, l->width - 1, l->height - 1 };
	l->fill(vga, &page, colour);
	return VGA_OK;
}

/* ---- text ---- */

enum vga_status vga_draw_char(const struct vga *vga, unsigned x, unsigned y,
			      const struct font *font, uint8_t character, uint8_t colour)
{
	const struct vga_layout *l = NULL;

	if (!font || !font->rows) return VGA_NULL;
	const enum vga_status status = check(vga, &l, x, y, colour);
	if (status != VGA_OK) return status;
	if (FONT_WIDTH > l->width - x || font->height > l->height - y) return VGA_BOUNDS;
	l->begin(vga, colour);
	for (unsigned row = 0; row < font->height; row++)
		l->bits(vga, x, y + row, font_row(font, character, row), colour);
	l->end(vga);
	return VGA_OK;
}

enum vga_status vga_draw_text(const struct vga *vga, unsigned x, unsigned y,
			      const struct font *font, const char *text, uint8_t colour)
{
	enum vga_status status = text ? VGA_OK : VGA_NULL;

	for (; status == VGA_OK && *text; text++, x += FONT_WIDTH)
		status = vga_draw_char(vga, x, y, font, (uint8_t)*text, colour);
	return status;
}

/* ---- blocks ---- */

/* OK and the area: it is on the page. An empty one is, and stays empty (`to_x` is meaningless). */
static enum vga_status check_block(const struct vga *vga, const struct vga_layout **l,
				   const struct vga_area *corner, unsigned width, unsigned height)
{
	const enum vga_status status = layout(vga, l);

	if (status != VGA_OK) return status;
	if (corner->x > (*l)->width || width > (*l)->width - corner->x) return VGA_BOUNDS;
	if (corner->y > (*l)->height || height > (*l)->height - corner->y) return VGA_BOUNDS;
	return VGA_OK;
}

static bool has_colours(const uint8_t *dots, uint32_t pitch, unsigned width, unsigned height,
			unsigned colours)
{
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++)
			if (dots[y * pitch + x] >= colours) return false;
	return true;
}

enum vga_status vga_blit(const struct vga *vga, unsigned x, unsigned y, unsigned width,
			 unsigned height, const uint8_t *dots, uint32_t pitch)
{
	const struct vga_area area = { x, y, x + width - 1, y + height - 1 };
	const struct vga_layout *l = NULL;

	if (!dots) return VGA_NULL;
	const enum vga_status status = check_block(vga, &l, &area, width, height);
	if (status != VGA_OK) return status;
	if (!has_colours(dots, pitch, width, height, l->colours)) return VGA_BOUNDS;
	if (width && height) l->blit(vga, &area, dots, pitch);
	return VGA_OK;
}

enum vga_status vga_grab(const struct vga *vga, unsigned x, unsigned y, unsigned width,
			 unsigned height, uint8_t *dots, uint32_t pitch)
{
	const struct vga_area area = { x, y, x + width - 1, y + height - 1 };
	const struct vga_layout *l = NULL;

	if (!dots) return VGA_NULL;
	const enum vga_status status = check_block(vga, &l, &area, width, height);
	if (status == VGA_OK && width && height) l->grab(vga, &area, dots, pitch);
	return status;
}

enum vga_status vga_scroll(const struct vga *vga, unsigned rows, uint8_t colour)
{
	const struct vga_layout *l = NULL;
	const enum vga_status status = check(vga, &l, 0, 0, colour);

	if (status != VGA_OK) return status;
	if (rows > l->height) return VGA_BOUNDS;
	if (rows == 0) return VGA_OK;
	l->scroll(vga, rows);
	const struct vga_area freed = { 0, l->height - rows, l->width - 1, l->height - 1 };
	l->fill(vga, &freed, colour);
	return VGA_OK;
}

/* ---- pages ---- */

static uint32_t page_bytes(const struct vga_layout *l) { return l->row_bytes * l->height; }

enum vga_status vga_pages(const struct vga *vga, unsigned *n)
{
	const struct vga_layout *l = NULL;

	if (!n) return VGA_NULL;
	const enum vga_status status = layout(vga, &l);
	if (status == VGA_OK) *n = VGA_PLANE_SIZE / page_bytes(l);
	return status;
}

/* The address of a page. */
static enum vga_status start_of(const struct vga *vga, unsigned page, uint32_t *start)
{
	const struct vga_layout *l = NULL;
	const enum vga_status status = layout(vga, &l);

	if (status != VGA_OK) return status;
	if (page >= VGA_PLANE_SIZE / page_bytes(l)) return VGA_BOUNDS;
	*start = page * page_bytes(l);
	return VGA_OK;
}

enum vga_status vga_select_page(struct vga *vga, unsigned page)
{
	uint32_t start = 0;
	const enum vga_status status = start_of(vga, page, &start);

	if (status == VGA_OK) vga->page_start = start;
	return status;
}

enum vga_status vga_show_page(const struct vga *vga, unsigned page)
{
	uint32_t start = 0;
	const enum vga_status status = start_of(vga, page, &start);

	if (status != VGA_OK) return status;
	vga_put(vga, VGA_CRTC, VGA_CR0C_START_HIGH, (uint8_t)(start >> VGA_BYTE));
	vga_put(vga, VGA_CRTC, VGA_CR0D_START_LOW, (uint8_t)start);
	return VGA_OK;
}
