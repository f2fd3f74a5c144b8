/* SPDX-License-Identifier: MIT */
/* The ends of a machine: where the world outside is connected to it. A model gives its end; the
 * board says which ends a machine has. Scripts, stimuli, terminals and pictures know only these. */
#ifndef EMU_ENDS_H
#define EMU_ENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What arrives with a character; the bits of a 16550's LSR. */
enum { SERIAL_PARITY = 0x04, SERIAL_FRAME = 0x08, SERIAL_BREAK = 0x10 };
/* Modem inputs that are active. */
enum { SERIAL_CTS = 1, SERIAL_DSR = 2, SERIAL_RI = 4, SERIAL_DCD = 8 };
/* Buttons of a pointer that are held. */
enum { POINTER_LEFT = 1, POINTER_RIGHT = 2, POINTER_MIDDLE = 4 };

enum {
	DISPLAY_BYTES_PER_PIXEL = 3,
	/* The largest text of a display, with its NUL: a VGA's CR01 holds 256 columns, CR12 and
	 * CR07 1024 scan lines, a row has at least one, and a character takes 3 bytes. */
	DISPLAY_TEXT_MAX = 1024 * (256 * 3 + 1) + 1
};

/* A serial port. What it sends goes to the machine's config. */
struct serial_end {
	const struct serial_end_ops {
		/* A character has arrived, with errors (SERIAL_PARITY ...). False: it was lost. */
		bool (*receive)(void *ctx, uint8_t byte, unsigned errors);
		/* The modem inputs: SERIAL_CTS ... */
		void (*lines)(void *ctx, unsigned active);
		/* Nanoseconds of one character at the present setting of the line. */
		uint64_t (*char_ns)(const void *ctx);
		/* Is there nothing left to send? */
		bool (*idle)(const void *ctx);
	} * ops; /* NULL: there is no such port */
	void *ctx;
};

struct keyboard_end {
	/* A key moves: its make code of scan code set 2, with 0xe000 if E0 precedes it. False: the
	 * keyboard had no room. NULL: there is no keyboard. */
	bool (*key)(void *ctx, uint16_t code, bool down);
	void *ctx;
};

struct pointer_end {
	const struct pointer_end_ops {
		/* Move by counts: x to the right, y up. */
		void (*move)(void *ctx, int dx, int dy);
		/* The buttons that are held: POINTER_LEFT ... */
		void (*buttons)(void *ctx, unsigned held);
		/* Turn the wheel; positive: towards the user. */
		void (*wheel)(void *ctx, int counts);
	} * ops; /* NULL: there is no pointer */
	void *ctx;
};

struct display_end {
	const struct display_end_ops {
		/* The text on the screen: rows joined by '\n', without blanks at their ends, in
		 * UTF-8. Writes at most `size` bytes with the NUL, never part of a character, and
		 * returns the bytes that the whole text needs without the NUL. */
		size_t (*text)(const void *ctx, char *out, size_t size);
		/* Width and height in pixels. */
		void (*size)(const void *ctx, unsigned *width, unsigned *height);
		/* Draw it: rows from the top, DISPLAY_BYTES_PER_PIXEL (red, green, blue) per pixel,
		 * no padding. False, and nothing is written: it cannot be drawn in this mode, or
		 * `size` is too small. */
		bool (*rgb)(const void *ctx, uint8_t *rgb, size_t size);
	} * ops; /* NULL: there is no display */
	const void *ctx;
};

/* A graphics mode with a linear framebuffer. */
struct graphics_mode {
	uint64_t address, size; /* physical; bytes, of all memory from there on */
	unsigned width, height; /* pixels */
	unsigned bits;          /* of a pixel: 8 (a palette), 15, 16, 24 or 32 */
	unsigned pitch;         /* bytes from one row to the next */
	/* Sizes in bits and positions of the low bits; 0 with a palette. */
	uint8_t red_size, red_at, green_size, green_at, blue_size, blue_at, rest_size, rest_at;
	uint8_t palette[256 *
			DISPLAY_BYTES_PER_PIXEL]; /* red, green, blue of 8 bits; with 8 bits */
};

/* A display whose firmware can set such modes, for a boot loader. */
struct framebuffer_end {
	const struct framebuffer_end_ops {
		/* Set the mode. False, and nothing changes: it has none of this size. */
		bool (*set)(void *ctx, unsigned width, unsigned height, unsigned bits,
			    struct graphics_mode *out);
		/* The n-th of the usual sizes, smallest first. False: there are no more. */
		bool (*usual)(unsigned n, unsigned *width, unsigned *height);
	} * ops; /* NULL: there is none */
	void *ctx;
};

#endif
