/* SPDX-License-Identifier: MIT */
/* The screen itself: finding it, its cells, its cursor. */
#include "internal.h"

enum { CELL_BYTES = 2, MAX_PORT = 0xffff, BYTE = 8 };
enum { PROBE_ONE = 0x55aa, PROBE_TWO = 0xaa55 };

/* ---- accesses ---- */

uint16_t vga_text_load(const struct vga_text *vga, unsigned cell)
{
	return io_read16(vga->cells, cell * CELL_BYTES);
}

void vga_text_store(const struct vga_text *vga, unsigned cell, uint16_t value)
{
	io_write16(vga->cells, cell * CELL_BYTES, value);
}

uint16_t vga_text_cell(uint8_t character, uint8_t attribute)
{
	return (uint16_t)((unsigned)attribute << BYTE | character);
}

uint8_t vga_text_read_crtc(const struct vga_text *vga, uint8_t index)
{
	io_write(vga->crtc, VGA_CRTC_INDEX, index);
	return io_read(vga->crtc, VGA_CRTC_DATA);
}

void vga_text_write_crtc(const struct vga_text *vga, uint8_t index, uint8_t value)
{
	io_write(vga->crtc, VGA_CRTC_INDEX, index);
	io_write(vga->crtc, VGA_CRTC_DATA, value);
}

/* ---- finding it ---- */

static bool keeps_cells(const struct vga_text *vga)
{
	const unsigned last = (unsigned)vga->columns * vga->screen_rows - 1;
	const uint16_t before = vga_text_load(vga, last);

	vga_text_store(vga, last, PROBE_ONE);
	bool kept = vga_text_load(vga, last) == PROBE_ONE;
	vga_text_store(vga, last, PROBE_TWO);
	kept = kept && vga_text_load(vga, last) == PROBE_TWO;
	vga_text_store(vga, last, before);
	return kept;
}

static bool keeps_cursor(const struct vga_text *vga)
{
	const uint8_t before = vga_text_read_crtc(vga, VGA_CR_CURSOR_LOW);
	const uint8_t other = (uint8_t)~before;

	vga_text_write_crtc(vga, VGA_CR_CURSOR_LOW, other);
	bool kept = vga_text_read_crtc(vga, VGA_CR_CURSOR_LOW) == other;
	vga_text_write_crtc(vga, VGA_CR_CURSOR_LOW, before);
	return kept;
}

enum vga_text_status vga_text_init(struct vga_text *vga, struct io cells, struct io crtc)
{
	return vga_text_init_size(vga, cells, crtc, VGA_TEXT_COLUMNS, VGA_TEXT_ROWS);
}

enum vga_text_status vga_text_init_size(struct vga_text *vga, struct io cells, struct io crtc,
					unsigned columns, unsigned rows)
{
	if (!vga) return VGA_TEXT_NULL;
	if (columns == 0 || columns > VGA_TEXT_MAX_SIDE || rows == 0 || rows > VGA_TEXT_MAX_SIDE ||
	    columns * rows > VGA_TEXT_MAX_CELLS)
		return VGA_TEXT_BOUNDS;
	if (cells.space != IO_MEMORY || cells.stride != 1 || cells.base % CELL_BYTES != 0)
		return VGA_TEXT_BAD_BASE;
	if (crtc.space != IO_PORT || crtc.base >= MAX_PORT) return VGA_TEXT_BAD_BASE;
	struct vga_text found = {
		.cells = cells,
		.crtc = crtc,
		.columns = (uint8_t)columns,
		.screen_rows = (uint8_t)rows,
		.rows = (uint8_t)rows,
		.attribute = vga_text_attribute(VGA_LIGHT_GREY, VGA_BLACK),
	};
	if (!keeps_cells(&found) || !keeps_cursor(&found)) return VGA_TEXT_ABSENT;
	found.cursor = !(vga_text_read_crtc(&found, VGA_CR_CURSOR_START) & VGA_CR_CURSOR_OFF);
	*vga = found;
	return VGA_TEXT_OK;
}

/* ---- cells ---- */

static bool on_screen(const struct vga_text *vga, unsigned column, unsigned row)
{
	return column < vga->columns && row < vga->screen_rows;
}

enum vga_text_status vga_text_put(struct vga_text *vga, unsigned column, unsigned row,
				  uint8_t character, uint8_t attribute)
{
	if (!vga) return VGA_TEXT_NULL;
	if (!on_screen(vga, column, row)) return VGA_TEXT_BOUNDS;
	vga_text_store(vga, row * vga->columns + column, vga_text_cell(character, attribute));
	return VGA_TEXT_OK;
}

enum vga_text_status vga_text_get(const struct vga_text *vga, unsigned column, unsigned row,
				  uint8_t *character, uint8_t *attribute)
{
	if (!vga || !character || !attribute) return VGA_TEXT_NULL;
	if (!on_screen(vga, column, row)) return VGA_TEXT_BOUNDS;
	const uint16_t cell = vga_text_load(vga, row * vga->columns + column);
	*character = (uint8_t)cell;
	*attribute = (uint8_t)(cell >> BYTE);
	return VGA_TEXT_OK;
}

enum vga_text_status vga_text_label(struct vga_text *vga, unsigned column, unsigned row,
				    uint8_t attribute, const char *text)
{
	if (!vga || !text) return VGA_TEXT_NULL;
	if (!on_screen(vga, column, row)) return VGA_TEXT_BOUNDS;
	for (; *text && column < vga->columns; text++, column++)
		vga_text_store(vga, row * vga->columns + column,
			       vga_text_cell((uint8_t)*text, attribute));
	return VGA_TEXT_OK;
}

enum vga_text_status vga_text_fill(struct vga_text *vga, unsigned column, unsigned row, unsigned n,
				   uint8_t character, uint8_t attribute)
{
	if (!vga) return VGA_TEXT_NULL;
	if (!on_screen(vga, column, row) || n > vga->columns - column) return VGA_TEXT_BOUNDS;
	const unsigned first = row * vga->columns + column;
	for (unsigned i = 0; i < n; i++)
		vga_text_store(vga, first + i, vga_text_cell(character, attribute));
	return VGA_TEXT_OK;
}

/* ---- the cursor ---- */

void vga_text_place_cursor(const struct vga_text *vga)
{
	const unsigned column = vga->full ? vga->columns - 1u : vga->column;
	const unsigned cell = ((unsigned)vga->top + vga->row) * vga->columns + column;

	vga_text_write_crtc(vga, VGA_CR_CURSOR_HIGH, (uint8_t)(cell >> BYTE));
	vga_text_write_crtc(vga, VGA_CR_CURSOR_LOW, (uint8_t)cell);
}

enum vga_text_status vga_text_show_cursor(struct vga_text *vga, bool shown)
{
	if (!vga) return VGA_TEXT_NULL;
	const uint8_t start = vga_text_read_crtc(vga, VGA_CR_CURSOR_START);
	const uint8_t kept = (uint8_t)(start & ~VGA_CR_CURSOR_OFF);
	vga_text_write_crtc(vga, VGA_CR_CURSOR_START,
			    shown ? kept : (uint8_t)(kept | VGA_CR_CURSOR_OFF));
	vga->cursor = shown;
	return VGA_TEXT_OK;
}
