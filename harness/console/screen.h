/* SPDX-License-Identifier: MIT */
/* What a machine's display shows, as text or as a PNG file. */
#ifndef HARNESS_CONSOLE_SCREEN_H
#define HARNESS_CONSOLE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/ends.h"

/* The text on the display (struct display_end_ops); none if there is no display. */
size_t screen_text(const struct display_end *d, char *out, size_t size);
/* Write the screen as a PNG file. False: `err` says why, and names the file. */
bool screen_png(const struct display_end *d, const char *path, char *err, size_t err_size);

#endif
