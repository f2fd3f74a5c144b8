/* SPDX-License-Identifier: MIT */
/* A writer of text on a framebuffer. */
#include "bimetal/framebuffer_console.h"
#include "internal.h"

enum {
	FIRST_PRINTABLE = 0x20,
	LAST_PRINTABLE = 0x7e,
	UNPRINTABLE = 0xfe,
	GREY = 0xaa,
	GREY_ENTRY = 7
};

enum framebuffer_status framebuffer_console_init(struct framebuffer_console *console,
						 const struct framebuffer *fb,
						 const struct font *font)
{
	if (!console || !fb || !font || !font->rows) return FRAMEBUFFER_NULL;
	if (font->height == 0 || font->height > FONT_MAX_HEIGHT) return FRAMEBUFFER_BAD_FORMAT;
	const uint32_t columns = fb->format.width / FONT_WIDTH;
	const uint32_t rows = fb->format.height / font->height;
	if (columns == 0 || rows == 0) return FRAMEBUFFER_BOUNDS;
	*console = (struct framebuffer_console){
		.fb = fb,
		.font = font,
		.columns = columns,
		.rows = rows,
		.foreground =
			fb->format.red.bits ? framebuffer_colour(fb, GREY, GREY, GREY) : GREY_ENTRY,
	};
	return FRAMEBUFFER_OK;
}

/* Move the rows up by one; what is below the last whole row stays. */
static enum framebuffer_status scroll(const struct framebuffer_console *console)
{
	const struct framebuffer *fb = console->fb;
	const uint32_t height = console->font->height, width = console->columns * FONT_WIDTH;
	const uint32_t last = (console->rows - 1) * height;

	const enum framebuffer_status status = framebuffer_move(fb, 0, 0, 0, height, width, last);
	if (status != FRAMEBUFFER_OK) return status;
	return framebuffer_fill_rectangle(fb, 0, last, width - 1, last + height - 1,
					  console->background);
}

static enum framebuffer_status begin_row(struct framebuffer_console *console)
{
	console->column = 0;
	console->full = false;
	if (console->row + 1 == console->rows) return scroll(console);
	console->row++;
	return FRAMEBUFFER_OK;
}

static void go_back(struct framebuffer_console *console)
{
	if (console->full) {
		console->full = false;
	} else if (console->column > 0) {
		console->column--;
	} else if (console->row > 0) {
		console->row--;
		console->column = console->columns - 1;
	}
}

static enum framebuffer_status show(struct framebuffer_console *console, uint8_t character)
{
	enum framebuffer_status status = console->full ? begin_row(console) : FRAMEBUFFER_OK;

	if (status != FRAMEBUFFER_OK) return status;
	status = framebuffer_draw_char(console->fb, console->column * FONT_WIDTH,
				       console->row * console->font->height, console->font,
				       character, console->foreground, console->background);
	/* The row is left only for the next character, as in vga_text.h. */
	if (console->column + 1 < console->columns)
		console->column++;
	else
		console->full = true;
	return status;
}

static enum framebuffer_status write_byte(struct framebuffer_console *console, uint8_t byte)
{
	switch (byte) {
	case '\n': return begin_row(console);
	case '\r':
		console->column = 0;
		console->full = false;
		return FRAMEBUFFER_OK;
	case '\b': go_back(console); return FRAMEBUFFER_OK;
	default:
		return show(console,
			    byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE ? byte : UNPRINTABLE);
	}
}

enum framebuffer_status framebuffer_console_write(struct framebuffer_console *console,
						  const char *text, size_t n)
{
	enum framebuffer_status status = FRAMEBUFFER_OK;

	if (!console || (!text && n)) return FRAMEBUFFER_NULL;
	for (size_t i = 0; i < n && status == FRAMEBUFFER_OK; i++)
		status = write_byte(console, (uint8_t)text[i]);
	return status;
}

enum framebuffer_status framebuffer_console_print(struct framebuffer_console *console,
						  const char *text)
{
	enum framebuffer_status status = FRAMEBUFFER_OK;

	if (!console || !text) return FRAMEBUFFER_NULL;
	for (; *text && status == FRAMEBUFFER_OK; text++)
		status = write_byte(console, (uint8_t)*text);
	return status;
}

enum framebuffer_status framebuffer_console_clear(struct framebuffer_console *console)
{
	if (!console) return FRAMEBUFFER_NULL;
	const enum framebuffer_status status = framebuffer_fill(console->fb, console->background);
	return status == FRAMEBUFFER_OK ? framebuffer_console_move(console, 0, 0) : status;
}

enum framebuffer_status framebuffer_console_move(struct framebuffer_console *console,
						 uint32_t column, uint32_t row)
{
	if (!console) return FRAMEBUFFER_NULL;
	if (column >= console->columns || row >= console->rows) return FRAMEBUFFER_BOUNDS;
	console->column = column;
	console->row = row;
	console->full = false;
	return FRAMEBUFFER_OK;
}
