/* SPDX-License-Identifier: MIT */
#ifndef DRIVERS_BOCHS_DISPLAY_INTERNAL_H
#define DRIVERS_BOCHS_DISPLAY_INTERNAL_H

#include "bimetal/bochs_display.h"

enum { BOCHS_DISPLAY_UNIT = 0x10000 }; /* of memory, bytes */

uint16_t bochs_display_get(const struct bochs_display *display, enum bochs_display_register index);
void bochs_display_put(const struct bochs_display *display, enum bochs_display_register index,
		       uint16_t value);

#endif
