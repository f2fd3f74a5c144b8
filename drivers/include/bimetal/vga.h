/* SPDX-License-Identifier: MIT */
/* The registers of an IBM VGA: modes, palette, fonts, cursor shape, and reading all of it back
 * (FreeVGA; IBM PS/2 Hardware Interface Technical Reference, Video Subsystem). bimetal/vga_draw.h
 * draws in the graphics modes, bimetal/vga_text.h writes in the text modes.
 *
 * Freestanding: no libc, no heap. All state is in struct vga. Only one CPU at a time may use the
 * handle, and no interrupt handler that may come between: each indexed register takes two
 * accesses. */
#ifndef BIMETAL_VGA_H
#define BIMETAL_VGA_H

/* For example:
 *
 *	static enum vga_status start(struct vga *vga)
 *	{
 *		const struct io ports = io_port(VGA_PORTS), memory = io_memory(VGA_MEMORY, 1);
 *		enum vga_status status = vga_init(vga, ports, memory);
 *
 *		return status == VGA_OK ? vga_set_mode(vga, VGA_MODE_640X480X16) : status;
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/font.h"
#include "bimetal/io.h"

#define VGA_MUST_USE __attribute__((warn_unused_result))

enum vga_status {
	VGA_OK,
	VGA_NULL,     /* a null pointer */
	VGA_BAD_BASE, /* ports: stride is not 1; memory: not memory, or stride is not 1 */
	VGA_ABSENT,   /* the registers do not keep what is written */
	VGA_BAD_MODE, /* there is no such mode, or this mode has no such thing */
	VGA_BOUNDS,   /* no such register, colour, glyph; a place outside of the screen */
	VGA_DIFFERS   /* vga_compare(): a register holds something else */
};

enum {
	/* Where the registers are counted from. A display whose registers lie in memory, from 3C0h
	 * on, gives io_memory(address - (0x3c0 - VGA_PORTS), 1). */
	VGA_PORTS = 0x3b0,
	VGA_MEMORY = 0xa0000, /* physical address of the window, 128 KiB */
	VGA_COLOURS = 256,
	VGA_COLOUR_MAX = 63 /* of one component in the palette: 6 bits */
};

enum vga_mode {
	VGA_MODE_40X25, /* text, 9 x 16 dots a cell */
	VGA_MODE_40X50, /* text, 9 x 8 dots a cell */
	VGA_MODE_80X25,
	VGA_MODE_80X50,
	VGA_MODE_640X480X16,  /* planar: one bit of each dot in each plane */
	VGA_MODE_320X200X256, /* linear ("mode 13h") */
	VGA_MODE_320X240X256, /* every fourth dot in a plane ("mode X"); square dots, three pages */
	VGA_MODES
};

/* The handle: allocated by the caller, set by the driver. */
struct vga {
	struct io ports, memory;
	bool mono; /* the CRT controller is at 3B4h: miscellaneous output bit 0 is clear */
	bool set;  /* vga_set_mode() succeeded: `mode` is the mode */
	enum vga_mode mode;
	uint32_t page_start; /* plane address of the page that is drawn on (vga_draw.h) */
};

/* Find the adapter. Nothing on the screen changes. `ports`: io_port(VGA_PORTS); `memory`:
 * io_memory(VGA_MEMORY, 1), which the kernel has mapped. After an error the handle must not be
 * used. */
VGA_MUST_USE enum vga_status vga_init(struct vga *vga, struct io ports, struct io memory);

/* ---- modes ---- */

struct vga_size {
	uint16_t width, height; /* dots; in text modes characters */
	uint16_t colours;       /* 16 or 256 */
	bool graphics;
	uint8_t cell_height; /* scan lines of a character; text modes */
};

/* BAD_MODE: no such mode. */
VGA_MUST_USE enum vga_status vga_mode_size(enum vga_mode mode, struct vga_size *size);

/* Set a mode whole: the screen is blanked; registers, palette and, in a text mode, its font (8x16
 * or 8x8) are loaded; memory is cleared (text: spaces, light grey on black); the screen is shown.
 */
VGA_MUST_USE enum vga_status vga_set_mode(struct vga *vga, enum vga_mode mode);
/* Only the registers, in the order that hardware needs: miscellaneous output and sequencer under a
 * synchronous reset, CRT controller after its protection was lifted, graphics controller, attribute
 * controller. The screen is off meanwhile, and on at the end. Memory and palette stay. */
VGA_MUST_USE enum vga_status vga_set_registers(struct vga *vga, enum vga_mode mode);

/* ---- registers ---- */

enum vga_set { VGA_MISC, VGA_SEQUENCER, VGA_CRTC, VGA_GRAPHICS, VGA_ATTRIBUTE, VGA_SETS };
enum {
	VGA_SEQUENCER_REGISTERS = 5,
	VGA_CRTC_REGISTERS = 25,
	VGA_GRAPHICS_REGISTERS = 9,
	VGA_ATTRIBUTE_REGISTERS = 21
};

/* The values of all registers of a mode. */
struct vga_registers {
	uint8_t misc;
	uint8_t sequencer[VGA_SEQUENCER_REGISTERS];
	uint8_t crtc[VGA_CRTC_REGISTERS];
	uint8_t graphics[VGA_GRAPHICS_REGISTERS];
	uint8_t attribute[VGA_ATTRIBUTE_REGISTERS];
};

/* One register. VGA_MISC has the index 0 alone. Reading or writing an attribute register leaves the
 * screen as visible as it was: bit 5 of the index is restored, and the flip-flop is reset. Writing
 * CR00 to CR07 does nothing while CR11 bit 7 protects them; vga_unlock_crtc() lifts that. */
VGA_MUST_USE enum vga_status vga_read(const struct vga *vga, enum vga_set set, unsigned index,
				      uint8_t *value);
VGA_MUST_USE enum vga_status vga_write(struct vga *vga, enum vga_set set, unsigned index,
				       uint8_t value);
VGA_MUST_USE enum vga_status vga_unlock_crtc(const struct vga *vga);
/* Read every register. */
VGA_MUST_USE enum vga_status vga_read_registers(const struct vga *vga,
						struct vga_registers *registers);
/* The values that vga_set_registers() gives to a mode; NULL: no such mode. */
const struct vga_registers *vga_mode_registers(enum vga_mode mode);

struct vga_difference {
	enum vga_set set;
	uint8_t index, want, got;
};

/* Read every register back, and compare with those of `mode`. DIFFERS: `difference`, which may be
 * NULL, is the first one. */
VGA_MUST_USE enum vga_status vga_compare(const struct vga *vga, enum vga_mode mode,
					 struct vga_difference *difference);
/* Show the screen, or blank it (bit 5 of the attribute controller's index). */
VGA_MUST_USE enum vga_status vga_show(const struct vga *vga, bool shown);
/* Whether the beam is in the vertical retrace (input status 1, bit 3). */
VGA_MUST_USE enum vga_status vga_in_retrace(const struct vga *vga, bool *retrace);

/* ---- palette ---- */

/* Components from 0 to VGA_COLOUR_MAX. */
struct vga_rgb {
	uint8_t red, green, blue;
};

/* Load or read `n` entries of the DAC from entry `first` on. BOUNDS: beyond entry 255, or a
 * component above VGA_COLOUR_MAX; nothing is loaded then. */
VGA_MUST_USE enum vga_status vga_load_palette(const struct vga *vga, unsigned first, unsigned n,
					      const struct vga_rgb *colours);
VGA_MUST_USE enum vga_status vga_read_palette(const struct vga *vga, unsigned first, unsigned n,
					      struct vga_rgb *colours);
/* Entry `entry` (0 to 255) of the palette that vga_set_mode() loads. Modes of 16 colours: two bits
 * a component, as the attribute controller's values 00h to 3Fh name them (rgbRGB). Of 256: 0 to 15
 * are the sixteen colours, 16 to 31 greys from black to white, 32 to 247 a cube of six levels,
 * 32 + 36 red + 6 green + blue; the others are black. */
struct vga_rgb vga_default_colour(enum vga_mode mode, unsigned entry);

/* ---- fonts, in text modes ---- */

enum { VGA_FONT_BLOCKS = 8 };

/* Load `n` glyphs of `font` from `first` on into a block of plane 2 (0: the one that every mode
 * selects), 32 bytes a glyph; the rows below the font's height are cleared. The registers that must
 * change meanwhile are restored. BOUNDS: no such block or glyphs, or a height of 0 or above 32. */
VGA_MUST_USE enum vga_status vga_load_font(const struct vga *vga, unsigned block,
					   const struct font *font, unsigned first, unsigned n);
/* Read `height` rows of one glyph. */
VGA_MUST_USE enum vga_status vga_read_glyph(const struct vga *vga, unsigned block,
					    uint8_t character, uint8_t *rows, unsigned height);

/* ---- the text cursor (its place: vga_text.h, or vga_place_cursor()) ---- */

/* Show or hide it (CR0A bit 5). */
VGA_MUST_USE enum vga_status vga_show_cursor(const struct vga *vga, bool shown);
/* Its first and last scan line within a cell, 0 to 31, first <= last. It stays shown or hidden. */
VGA_MUST_USE enum vga_status vga_shape_cursor(const struct vga *vga, unsigned first, unsigned last);
/* Its cell, counted from the start of the memory that the screen shows: row * columns + column. */
VGA_MUST_USE enum vga_status vga_place_cursor(const struct vga *vga, unsigned cell);
VGA_MUST_USE enum vga_status vga_read_cursor(const struct vga *vga, unsigned *cell, bool *shown);

#endif
