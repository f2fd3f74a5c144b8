/* SPDX-License-Identifier: MIT */
/* INT 10h: what its files share. The functions use the adapter's state, not its ports, so that the
 * index registers keep the values that a program has set. */
#ifndef HARNESS_FIRMWARE_BIOS_VIDEO_H
#define HARNESS_FIRMWARE_BIOS_VIDEO_H

#include "devices/bochs_display/model.h"
#include "devices/vga/modes.h"
#include "harness/firmware/bios/internal.h"

enum {
	BIOS_N_PAGES = 8,
	BIOS_MAX_CELL_ROWS = 32,         /* a glyph's, in the adapter's memory */
	BIOS_NO_CURSOR_EMULATION = 0x01, /* of 40:87h */
	BIOS_KEEP_MEMORY = 0x80,         /* of 40:87h, and of a mode number */
	BIOS_VBE_MODE_DATA = 0x7f        /* what 40:49h holds in a mode of VBE */
};

/* Interrupt vectors that point to data. */
enum {
	BIOS_VECTOR_UPPER = 0x1f, /* 128 glyphs of 8x8: characters 80h to FFh of CGA modes */
	BIOS_VECTOR_FONT = 0x43   /* the glyphs of graphics modes */
};

/* How the dots of a screen lie in memory. */
enum bios_surface {
	BIOS_SURFACE_TEXT,   /* there are none */
	BIOS_SURFACE_CGA_4,  /* two bits a dot, even and odd lines apart */
	BIOS_SURFACE_CGA_2,  /* one bit a dot, the same */
	BIOS_SURFACE_PLANES, /* a bit in each of four planes */
	BIOS_SURFACE_BYTES,  /* a byte a dot */
	BIOS_SURFACE_PIXELS  /* two to four bytes, with the colours in them */
};

struct bios_screen {
	unsigned mode, columns, rows, page_bytes, page; /* page: the one shown */
	unsigned cell_rows;                             /* scan lines of a character, 1 to 32 */
	enum bios_surface surface;
	unsigned pitch; /* bytes from a line to the next; of a plane, or of every second line */
	uint64_t room;  /* bytes that the surface wraps at; 0: it ends with the memory */
	const struct bochs_display_model_pixel *pixel; /* BIOS_SURFACE_PIXELS */
	bool big_endian;
};

/* What the data area and the adapter say of the screen. A program may overwrite the data area: all
 * values are limited to those that the adapter has. */
struct bios_screen bios_screen_of(const struct bios *b);

/* A part of the screen, in characters; inclusive. */
struct bios_window {
	unsigned top, left, bottom, right;
};

/* ---- canvas.c: drawing in graphics modes. Dots outside the memory do not exist. ---- */

/* Draw a glyph of s->cell_rows rows. Bit 7 of the colour: exclusive-or with what is there, if the
 * mode has at most 16 colours. */
void bios_canvas_glyph(struct bios *b, const struct bios_screen *s, unsigned page, unsigned row,
		       unsigned column, const uint8_t *glyph, unsigned colour);
/* The dots of a cell that have not colour 0, as rows of a glyph. */
void bios_canvas_read(const struct bios *b, const struct bios_screen *s, unsigned page,
		      unsigned row, unsigned column, uint8_t glyph[BIOS_MAX_CELL_ROWS]);
void bios_canvas_set_dot(struct bios *b, const struct bios_screen *s, unsigned page, unsigned x,
			 unsigned y, unsigned colour);
unsigned bios_canvas_dot(const struct bios *b, const struct bios_screen *s, unsigned page,
			 unsigned x, unsigned y);
/* Move a window's lines of characters up or down by 1 to all of them; the rest gets `fill`: a
 * colour, in CGA modes a byte of memory. */
void bios_canvas_scroll(struct bios *b, const struct bios_screen *s, unsigned page,
			const struct bios_window *w, unsigned lines, bool up, unsigned fill);

/* ---- fonts.c ---- */

/* The glyph of a character in graphics modes: s->cell_rows bytes of guest memory, where the vectors
 * 43h and, in CGA modes, 1Fh point. */
void bios_glyph(struct bios *b, const struct bios_call *c, const struct bios_screen *s,
		unsigned character, uint8_t glyph[BIOS_MAX_CELL_ROWS]);
/* Point the vector 43h to the ROM's font of this height, if it has one. */
void bios_point_font(struct bios *b, unsigned height);
/* Load the ROM's font of 8, 14 or 16 lines into a block of plane 2. */
void bios_load_rom_font(struct bios *b, unsigned height, unsigned block);
void bios_fonts(struct bios *b, struct bios_call *c); /* AH=11h */

/* ---- video.c ---- */

/* AH=01h: the cursor's first and last line, in the high and low byte. */
void bios_shape_cursor(struct bios *b, unsigned shape);

/* ---- modes.c ---- */

/* Set a mode of the VGA. False: there is no such mode, and the old one stays. */
bool bios_set_vga_mode(struct bios *b, unsigned number, bool keep);
/* Let the VGA have the screen, and a DAC of 6 bits. */
void bios_leave_display_mode(const struct bios *b);
/* Load the DAC as a mode set does, if 40:89h allows it. */
void bios_load_dac(struct bios *b, const struct vga_model_mode *m);
/* Replace colours of the DAC by greys of the same brightness. */
void bios_make_grey(struct vga_model *v, unsigned first, unsigned n);
/* The scan lines of a text mode: 200, 350 or 400. */
unsigned bios_text_lines(const struct bios *b);

/* ---- adapter.c ---- */

bool bios_video_is_mono(const struct bios *b);
void bios_video_alternate(struct bios *b, struct bios_call *c);   /* AH=12h */
void bios_video_combination(struct bios *b, struct bios_call *c); /* AH=1Ah */
void bios_video_facts(struct bios *b, struct bios_call *c);       /* AH=1Bh */

/* ---- video_state.c ---- */

void bios_video_state(struct bios *b, struct bios_call *c); /* AH=1Ch */

/* ---- vbe.c and vbe_display.c: AH=4Fh ---- */

enum {
	VBE_OK = 0x004f,
	VBE_FAILED = 0x014f,
	VBE_NOT_HERE = 0x024f, /* not with this hardware */
	VBE_NOT_NOW = 0x034f,  /* not in this mode */
	VBE_UNKNOWN = 0x0100
};

/* The list of all modes, with its end; returns its size. */
unsigned bios_vbe_list(uint8_t *at);
/* rom_vbe.c: the size of the table at BIOS_ROM_VBE_PROTECTED, with its code. */
unsigned bios_rom_protected_size(void);
void bios_note_vbe(const struct bios *b, const struct bios_call *c, const char *what);
void bios_vbe_state(struct bios *b, struct bios_call *c);     /* AL=04h */
void bios_vbe_window(struct bios *b, struct bios_call *c);    /* AL=05h */
void bios_vbe_line(struct bios *b, struct bios_call *c);      /* AL=06h */
void bios_vbe_start(struct bios *b, struct bios_call *c);     /* AL=07h */
void bios_vbe_dac(struct bios *b, struct bios_call *c);       /* AL=08h */
void bios_vbe_palette(struct bios *b, struct bios_call *c);   /* AL=09h */
void bios_vbe_protected(struct bios *b, struct bios_call *c); /* AL=0Ah */
void bios_vbe_ddc(struct bios *b, struct bios_call *c);       /* AL=15h */

#endif
