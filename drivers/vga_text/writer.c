/* SPDX-License-Identifier: MIT */
/* The writer: text in a window of the screen, which scrolls. */
#include "internal.h"

enum { FIRST_PRINTABLE = 0x20, LAST_PRINTABLE = 0x7e };

static unsigned first_cell(const struct vga_text *vga, unsigned row)
{
	return (vga->top + row) * vga->columns;
}

static void clear_row(const struct vga_text *vga, unsigned row)
{
	const unsigned first = first_cell(vga, row);

	for (unsigned i = 0; i < vga->columns; i++)
		vga_text_store(vga, first + i, vga_text_cell(' ', vga->attribute));
}

static void scroll(const struct vga_text *vga)
{
	const unsigned last = first_cell(vga, vga->rows - 1u);

	for (unsigned cell = first_cell(vga, 0); cell < last; cell++)
		vga_text_store(vga, cell, vga_text_load(vga, cell + vga->columns));
	clear_row(vga, vga->rows - 1u);
}

static void begin_row(struct vga_text *vga)
{
	vga->column = 0;
	vga->full = false;
	if (vga->row + 1u < vga->rows)
		vga->row++;
	else
		scroll(vga);
}

static void show(struct vga_text *vga, uint8_t character)
{
	if (vga->full) begin_row(vga);
	vga_text_store(vga, first_cell(vga, vga->row) + vga->column,
		       vga_text_cell(character, vga->attribute));
	/* The row is left only for the next character: text of a whole row with its "\n" is one
	 * row.
	 */
	if (vga->column + 1u < vga->columns)
		vga->column++;
	else
		vga->full = true;
}

static void go_back(struct vga_text *vga)
{
	if (vga->full) {
		vga->full = false;
	} else if (vga->column > 0) {
		vga->column--;
	} else if (vga->row > 0) {
		vga->row--;
		vga->column = (uint8_t)(vga->columns - 1u);
	}
}

static void write_byte(struct vga_text *vga, uint8_t byte)
{
	switch (byte) {
	case '\n': begin_row(vga); break;
	case '\r':
		vga->column = 0;
		vga->full = false;
		break;
	case '\b': go_back(vga); break;
	default:
		show(vga, byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE ? byte
									    : VGA_TEXT_UNPRINTABLE);
	}
}

enum vga_text_status vga_text_write(struct vga_text *vga, const char *text, size_t n)
{
	if (!vga || (!text && n)) return VGA_TEXT_NULL;
	for (size_t i = 0; i < n; i++) write_byte(vga, (uint8_t)text[i]);
	vga_text_place_cursor(vga);
	return VGA_TEXT_OK;
}

enum vga_text_status vga_text_print(struct vga_text *vga, const char *text)
{
	if (!vga || !text) return VGA_TEXT_NULL;
	for (; *text; text++) write_byte(vga, (uint8_t)*text);
	vga_text_place_cursor(vga);
	return VGA_TEXT_OK;
}

enum vga_text_status vga_text_clear(struct vga_text *vga)
{
	if (!vga) return VGA_TEXT_NULL;
	for (unsigned row = 0; row < vga->rows; row++) clear_row(vga, row);
	return vga_text_move(vga, 0, 0);
}

enum vga_text_status vga_text_move(struct vga_text *vga, unsigned column, unsigned row)
{
	if (!vga) return VGA_TEXT_NULL;
	if (column >= vga->columns || row >= vga->rows) return VGA_TEXT_BOUNDS;
	vga->column = (uint8_t)column;
	vga->row = (uint8_t)row;
	vga->full = false;
	vga_text_place_cursor(vga);
	return VGA_TEXT_OK;
}

enum vga_text_status vga_text_window(struct vga_text *vga, unsigned top, unsigned rows)
{
	if (!vga) return VGA_TEXT_NULL;
	if (rows == 0 || top >= vga->screen_rows || rows > vga->screen_rows - top)
		return VGA_TEXT_BOUNDS;
	vga->top = (uint8_t)top;
	vga->rows = (uint8_t)rows;
	return vga_text_move(vga, 0, 0);
}

enum vga_text_status vga_text_colour(struct vga_text *vga, enum vga_colour foreground,
				     enum vga_colour background)
{
	if (!vga) return VGA_TEXT_NULL;
	if ((unsigned)foreground > VGA_WHITE || (unsigned)background > VGA_WHITE)
		return VGA_TEXT_BOUNDS;
	vga->attribute = vga_text_attribute(foreground, background);
	return VGA_TEXT_OK;
}
