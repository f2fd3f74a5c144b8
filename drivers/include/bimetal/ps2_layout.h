/* SPDX-License-Identifier: MIT */
/* From keys to characters: which modifiers are held and which locks are on, and what a key types on
 * a layout then. No device is touched. */
#ifndef BIMETAL_PS2_LAYOUT_H
#define BIMETAL_PS2_LAYOUT_H

/* For example:
 *
 *	static struct ps2_modifiers modifiers;
 *
 *	static uint32_t typed(const struct ps2_key_event *event)
 *	{
 *		(void)ps2_modifiers_track(&modifiers, event);
 *		return ps2_layout_character(&ps2_layout_us, &modifiers, event);
 *	}
 */

#include "bimetal/ps2_scancodes.h"

/* Modifiers, or'ed, in the order of USB's reports. */
enum ps2_held {
	PS2_HELD_LEFT_CTRL = 0x01,
	PS2_HELD_LEFT_SHIFT = 0x02,
	PS2_HELD_LEFT_ALT = 0x04,
	PS2_HELD_LEFT_GUI = 0x08,
	PS2_HELD_RIGHT_CTRL = 0x10,
	PS2_HELD_RIGHT_SHIFT = 0x20,
	PS2_HELD_RIGHT_ALT = 0x40,
	PS2_HELD_RIGHT_GUI = 0x80
};

/* Zero-initialised is valid: nothing held, no lock on. */
struct ps2_modifiers {
	uint8_t held;      /* PS2_HELD_* */
	uint8_t locks;     /* as ps2_kbd_set_leds() takes them: enum ps2_kbd_led */
	uint8_t lock_keys; /* those that are down, so that their repeats do nothing */
};

/* Follow a key. True: a lock changed, and the indicators should. */
bool ps2_modifiers_track(struct ps2_modifiers *modifiers, const struct ps2_key_event *event);

enum { PS2_LAYOUT_ROWS = PS2_K_ISO + 1 };

struct ps2_layout_row {
	uint16_t plain, shift, alt_gr; /* Unicode; 0: nothing */
	bool caps;                     /* Caps Lock acts as Shift */
};

struct ps2_layout {
	const char *name;
	bool has_alt_gr;                            /* the right Alt key chooses the third column */
	uint16_t pad_decimal;                       /* of the keypad */
	struct ps2_layout_row row[PS2_LAYOUT_ROWS]; /* by key */
};

extern const struct ps2_layout ps2_layout_us;
/* QWERTZ. The dead keys ^ ` and the acute accent give the bare accent. */
extern const struct ps2_layout ps2_layout_german;

/* The character that this event types: a Unicode code point, or 0. Enter gives U+000A, Backspace
 * U+0008, Tab U+0009, Escape U+001B, Delete U+007F; with Ctrl, letters and @ [ \ ] ^ _ give
 * U+0000 to U+001F, of which U+0000 cannot be told from nothing. Releases type nothing. The keypad
 * types digits while Num Lock is on or Shift is held, not both. Alt and GUI change nothing: the
 * caller has them in `modifiers`. */
uint32_t ps2_layout_character(const struct ps2_layout *layout,
			      const struct ps2_modifiers *modifiers,
			      const struct ps2_key_event *event);

#endif
