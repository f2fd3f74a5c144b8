/* SPDX-License-Identifier: MIT */
/* Pictures: of a display, in PNG files, and what differs between two. */
#ifndef HARNESS_CONSOLE_PICTURE_H
#define HARNESS_CONSOLE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/ends.h"

/* Rows from the top, red, green, blue; no padding. */
struct picture {
	unsigned width, height;
	uint8_t *rgb; /* picture_free() */
};

/* Draw the display. False: `err` says why; `what` begins the message. */
bool picture_of_display(const struct display_end *d, const char *what, struct picture *out,
			char *err, size_t err_size);
/* Read or write a PNG file. False: `err` says why, and names the file. */
bool picture_read(const char *path, struct picture *out, char *err, size_t err_size);
bool picture_write(const struct picture *picture, const char *path, char *err, size_t err_size);
void picture_free(struct picture *picture);

struct picture_difference {
	uint64_t pixels; /* that differ, or that only one of them has */
	unsigned x, y;   /* the first of them, by rows */
};
struct picture_difference picture_compare(const struct picture *want, const struct picture *got);
/* A picture with `want`, `got`, and what differs side by side: there, pixels that differ are red
 * and the others a shade of what is expected. False: no memory. */
bool picture_beside(const struct picture *want, const struct picture *got, struct picture *out);

#endif
