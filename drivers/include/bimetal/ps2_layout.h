/* SPDX-License-Identifier: MIT */
/* From keys to characters: the state of modifiers and locks, and what a key types with a given
 * layout. No device is accessed. */
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

/* Modifiers, or'ed, in the bit order of USB keyboard reports. */
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
	uint8_t locks;     /* enum ps2_kbd_led, for ps2_kbd_set_leds() */
	uint8_t lock_keys; /* lock keys held down: their repeats do nothing */
};

/* Update the state with a key event. True: a lock changed, so the indicators must be set. */
bool ps2_modifiers_track(struct ps2_modifiers *modifiers, const struct ps2_key_event *event);

enum { PS2_LAYOUT_ROWS = PS2_K_ISO + 1 };

struct ps2_layout_row {
	uint16_t plain, shift, alt_gr; /* Unicode; 0: nothing */
	bool caps;                     /* Caps Lock acts as Shift */
};

struct ps2_layout {
	const char *name;
	bool has_alt_gr;                            /* the right Alt key chooses the third column */
	uint16_t pad_decimal;                       /* the decimal point of the keypad */
	struct ps2_layout_row row[PS2_LAYOUT_ROWS]; /* indexed by enum ps2_k */
};

extern const struct ps2_layout ps2_layout_us;
/* QWERTZ. The dead keys (^, ` and the acute accent) type the accent itself. */
extern const struct ps2_layout ps2_layout_german;

/* The character that this event types: a Unicode code point, or 0 for none. Enter gives U+000A,
 * Backspace U+0008, Tab U+0009, Escape U+001B, Delete U+007F. Ctrl with letters and @ [ \ ] ^ _
 * gives U+0000 to U+001F; U+0000 looks the same as no character. Releases type nothing. The keypad
 * types digits if either Num Lock is on or Shift is held, but not both. Alt and GUI change nothing;
 * the caller finds them in `modifiers`. */
uint32_t ps2_layout_character(const struct ps2_layout *layout,
			      const struct ps2_modifiers *modifiers,
			      const struct ps2_key_event *event);

#endif
