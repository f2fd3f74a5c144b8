/* SPDX-License-Identifier: MIT */
/* Text on a VGA: cells of a character and an attribute at B8000h, and the hardware cursor in the
 * CRT controller at 3D4h. Firmware leaves 80 x 25 cells (IBM VGA, text mode 3); vga_set_mode() of
 * bimetal/vga.h sets other text modes, for vga_text_init_size().
 *
 * A writer fills a window of whole rows from its top, wraps at the last column, and moves the rows
 * up when the window is full. A cell is written by one access of 16 bits. The screen outside of the
 * window stays, so a title and a status line can stand there.
 *
 * Freestanding: no libc, no heap. All state is in struct vga_text. Only one CPU at a time may use
 * the handle, and no interrupt handler while other code does: turn interrupts off around the calls
 * of that code, or let handlers leave the screen alone. */
#ifndef BIMETAL_VGA_TEXT_H
#define BIMETAL_VGA_TEXT_H

/* For example:
 *
 *	static enum vga_text_status greet(struct vga_text *screen, struct io cells, struct io crtc)
 *	{
 *		enum vga_text_status status = vga_text_init(screen, cells, crtc);
 *
 *		if (status == VGA_TEXT_OK) status = vga_text_clear(screen);
 *		return status == VGA_TEXT_OK ? vga_text_print(screen, "hello\n") : status;
 *	}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bimetal/io.h"

#define VGA_TEXT_MUST_USE __attribute__((warn_unused_result))

enum vga_text_status {
	VGA_TEXT_OK,
	VGA_TEXT_NULL,     /* a null pointer */
	VGA_TEXT_BAD_BASE, /* cells: not memory of stride 1, or not even; registers: not ports */
	VGA_TEXT_ABSENT,   /* the last cell or the CRT controller does not keep what is written */
	VGA_TEXT_BOUNDS    /* outside of the screen; a window without rows */
};

enum {
	VGA_TEXT_MEMORY = 0xb8000, /* physical address of the cells */
	VGA_TEXT_CRTC = 0x3d4,     /* port of the CRT controller's index; the data are at 3D5h */
	VGA_TEXT_COLUMNS = 80,
	VGA_TEXT_ROWS = 25,
	VGA_TEXT_MAX_SIDE = 255,
	VGA_TEXT_MAX_CELLS = 0x4000, /* 32 KiB, of two bytes each */
	VGA_TEXT_UNPRINTABLE = 0xfe  /* shown for a byte that is no printable ASCII: a square */
};

/* The sixteen colours of the standard palette. */
enum vga_colour {
	VGA_BLACK,
	VGA_BLUE,
	VGA_GREEN,
	VGA_CYAN,
	VGA_RED,
	VGA_MAGENTA,
	VGA_BROWN,
	VGA_LIGHT_GREY,
	VGA_DARK_GREY,
	VGA_LIGHT_BLUE,
	VGA_LIGHT_GREEN,
	VGA_LIGHT_CYAN,
	VGA_LIGHT_RED,
	VGA_PINK,
	VGA_YELLOW,
	VGA_WHITE
};

/* The attribute of a cell. As firmware sets the attribute controller, a background of 8 to 15 is
 * that of 0 to 7 with characters that blink. */
static inline uint8_t vga_text_attribute(enum vga_colour foreground, enum vga_colour background)
{
	return (uint8_t)((unsigned)background << 4 | (unsigned)foreground);
}

/* The handle: allocated by the caller, set by the driver. Callers may read `column`, `row` and
 * `attribute`. */
struct vga_text {
	struct io cells, crtc;
	uint8_t columns, screen_rows; /* of the screen */
	uint8_t top, rows;            /* of the window */
	uint8_t column, row; /* where the next character goes; row 0 is the window's first */
	uint8_t attribute;   /* of what is written and of what scrolling clears */
	bool full;           /* the last column was written: the next character begins a row */
	bool cursor;         /* the hardware cursor is shown */
};

/* Find the screen. `cells`: memory with stride 1 at VGA_TEXT_MEMORY, which the kernel has mapped;
 * `crtc`: io_port() of VGA_TEXT_CRTC. The window becomes the whole screen, the attribute light grey
 * on black, the position the top left. What is on the screen stays; whether the cursor is shown
 * stays and is read. After an error the handle must not be used. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_init(struct vga_text *vga, struct io cells,
						     struct io crtc);
/* The same for a screen of so many cells: at most VGA_TEXT_MAX_CELLS, each side at most
 * VGA_TEXT_MAX_SIDE and not 0. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_init_size(struct vga_text *vga, struct io cells,
							  struct io crtc, unsigned columns,
							  unsigned rows);

/* ---- the writer ---- */

/* From now on write to `rows` rows from row `top` of the screen on, beginning at the top left. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_window(struct vga_text *vga, unsigned top,
						       unsigned rows);
/* The attribute of what is written from now on. */
VGA_TEXT_MUST_USE enum vga_text_status
vga_text_colour(struct vga_text *vga, enum vga_colour foreground, enum vga_colour background);
/* Write `n` bytes. "\n" begins a row, "\r" goes back to its first column. "\b" goes back by one
 * column, from the first to the last of the row before, and erases nothing. Bytes from 20h to 7Eh
 * are shown, all others as VGA_TEXT_UNPRINTABLE. The hardware cursor follows. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_write(struct vga_text *vga, const char *text,
						      size_t n);
/* The same up to a NUL. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_print(struct vga_text *vga, const char *text);
/* Clear the window in the writer's attribute, and go to its top left. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_clear(struct vga_text *vga);
/* Go to a place in the window. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_move(struct vga_text *vga, unsigned column,
						     unsigned row);

/* ---- cells, anywhere on the screen ---- */

/* Write or read one cell; any of the 256 characters of the font. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_put(struct vga_text *vga, unsigned column,
						    unsigned row, uint8_t character,
						    uint8_t attribute);
VGA_TEXT_MUST_USE enum vga_text_status vga_text_get(const struct vga_text *vga, unsigned column,
						    unsigned row, uint8_t *character,
						    uint8_t *attribute);
/* Write text to one row, any characters of the font; what is beyond the last column is cut off. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_label(struct vga_text *vga, unsigned column,
						      unsigned row, uint8_t attribute,
						      const char *text);
/* Fill `n` cells of a row, which must be within it. */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_fill(struct vga_text *vga, unsigned column,
						     unsigned row, unsigned n, uint8_t character,
						     uint8_t attribute);

/* ---- the hardware cursor ---- */

/* Show it as an underline, or hide it (CR0A bit 5). */
VGA_TEXT_MUST_USE enum vga_text_status vga_text_show_cursor(struct vga_text *vga, bool shown);

#endif
