/* SPDX-License-Identifier: MIT */
/* A PS/2 keyboard on the first channel of a struct ps2. Each call waits some milliseconds for the
 * keyboard. Keys pressed meanwhile go to the ring. */
#ifndef BIMETAL_PS2_KBD_H
#define BIMETAL_PS2_KBD_H

/* For example:
 *
 *	static enum ps2_status start(struct ps2 *ps2)
 *	{
 *		enum ps2_status status = ps2_kbd_reset(ps2);
 *
 *		if (status == PS2_OK) status = ps2_kbd_set_leds(ps2, PS2_KBD_NUM_LOCK);
 *		return status == PS2_OK ? ps2_kbd_scan(ps2, true) : status;
 *	}
 */

#include "bimetal/ps2.h"

/* Indicators, or'ed. */
enum ps2_kbd_led { PS2_KBD_SCROLL_LOCK = 1, PS2_KBD_NUM_LOCK = 2, PS2_KBD_CAPS_LOCK = 4 };

enum {
	PS2_KBD_AT = 0,        /* an AT keyboard: it does not identify itself */
	PS2_KBD_MF2 = 0xab83,  /* 101 keys or more */
	PS2_KBD_MAX_RATE = 31, /* typematic: 31 is the slowest, 2 a second; 0: 30 a second */
	PS2_KBD_DELAY_STEP_MS = 250
};

/* Reset the keyboard: all keys up, indicators off, scan code set 2, scanning on. Takes as long as
 * its self test. */
PS2_MUST_USE enum ps2_status ps2_kbd_reset(struct ps2 *ps2);
/* Read the two identification bytes, the first in the high half. PS2_KBD_AT: it has none. */
PS2_MUST_USE enum ps2_status ps2_kbd_identify(struct ps2 *ps2, uint16_t *id);
/* Set or read the scan code set that the keyboard sends: 1, 2 or 3. The controller may translate it
 * (ps2_set_translation()). */
PS2_MUST_USE enum ps2_status ps2_kbd_set_scan_set(struct ps2 *ps2, unsigned set);
PS2_MUST_USE enum ps2_status ps2_kbd_get_scan_set(struct ps2 *ps2, unsigned *set);
/* Light the indicators in `leds` (PS2_KBD_*_LOCK), and switch off the others. */
PS2_MUST_USE enum ps2_status ps2_kbd_set_leds(struct ps2 *ps2, unsigned leds);
/* Set the repeat of a held key. It starts after 250, 500, 750 or 1000 ms. In units of 1/240 s, the
 * period is (8 + (rate & 7)) << (rate >> 3), with `rate` from 0 to PS2_KBD_MAX_RATE. */
PS2_MUST_USE enum ps2_status ps2_kbd_set_typematic(struct ps2 *ps2, unsigned delay_ms,
						   unsigned rate);
/* Start or stop sending keys. Stopping sets rate and scan code set to their defaults. */
PS2_MUST_USE enum ps2_status ps2_kbd_scan(struct ps2 *ps2, bool on);

#endif
