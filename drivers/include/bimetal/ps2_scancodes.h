/* SPDX-License-Identifier: MIT */
/* From the bytes of a keyboard to key events: scan code sets 1 and 2, with the prefixes E0 and E1,
 * Pause, Print Screen and the shift codes that keyboards add of their own. No device is accessed.
 *
 *	static bool next_key(struct ps2_ring *ring, struct ps2_scan *scan,
 *			     struct ps2_key_event *event)
 *	{
 *		uint8_t byte;
 *
 *		while (ps2_ring_take(ring, &byte) == PS2_OK)
 *			if (ps2_scan_feed(scan, byte, event) == PS2_SCAN_KEY) return true;
 *		return false;
 *	}
 */
#ifndef BIMETAL_PS2_SCANCODES_H
#define BIMETAL_PS2_SCANCODES_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/ps2.h"

/* Keys by position, named after a US keyboard. The numbers are those of USB (HID Usage Tables,
 * Keyboard/Keypad Page). */
/* clang-format off: one a line */
enum ps2_k {
	PS2_K_NONE = 0x00,
	PS2_K_A = 0x04,
	PS2_K_B,
	PS2_K_C,
	PS2_K_D,
	PS2_K_E,
	PS2_K_F,
	PS2_K_G,
	PS2_K_H,
	PS2_K_I,
	PS2_K_J,
	PS2_K_K,
	PS2_K_L,
	PS2_K_M,
	PS2_K_N,
	PS2_K_O,
	PS2_K_P,
	PS2_K_Q,
	PS2_K_R,
	PS2_K_S,
	PS2_K_T,
	PS2_K_U,
	PS2_K_V,
	PS2_K_W,
	PS2_K_X,
	PS2_K_Y,
	PS2_K_Z,
	PS2_K_1,
	PS2_K_2,
	PS2_K_3,
	PS2_K_4,
	PS2_K_5,
	PS2_K_6,
	PS2_K_7,
	PS2_K_8,
	PS2_K_9,
	PS2_K_0,
	PS2_K_ENTER,
	PS2_K_ESCAPE,
	PS2_K_BACKSPACE,
	PS2_K_TAB,
	PS2_K_SPACE,
	PS2_K_MINUS,
	PS2_K_EQUALS,
	PS2_K_LEFT_BRACKET,
	PS2_K_RIGHT_BRACKET,
	PS2_K_BACKSLASH, /* # on an ISO keyboard */
	PS2_K_SEMICOLON = 0x33,
	PS2_K_QUOTE,
	PS2_K_GRAVE,
	PS2_K_COMMA,
	PS2_K_PERIOD,
	PS2_K_SLASH,
	PS2_K_CAPS_LOCK,
	PS2_K_F1,
	PS2_K_F2,
	PS2_K_F3,
	PS2_K_F4,
	PS2_K_F5,
	PS2_K_F6,
	PS2_K_F7,
	PS2_K_F8,
	PS2_K_F9,
	PS2_K_F10,
	PS2_K_F11,
	PS2_K_F12,
	PS2_K_PRINT_SCREEN,
	PS2_K_SCROLL_LOCK,
	PS2_K_PAUSE,
	PS2_K_INSERT,
	PS2_K_HOME,
	PS2_K_PAGE_UP,
	PS2_K_DELETE,
	PS2_K_END,
	PS2_K_PAGE_DOWN,
	PS2_K_RIGHT,
	PS2_K_LEFT,
	PS2_K_DOWN,
	PS2_K_UP,
	PS2_K_NUM_LOCK,
	PS2_K_PAD_SLASH,
	PS2_K_PAD_ASTERISK,
	PS2_K_PAD_MINUS,
	PS2_K_PAD_PLUS,
	PS2_K_PAD_ENTER,
	PS2_K_PAD_1,
	PS2_K_PAD_2,
	PS2_K_PAD_3,
	PS2_K_PAD_4,
	PS2_K_PAD_5,
	PS2_K_PAD_6,
	PS2_K_PAD_7,
	PS2_K_PAD_8,
	PS2_K_PAD_9,
	PS2_K_PAD_0,
	PS2_K_PAD_PERIOD,
	PS2_K_ISO, /* next to the left Shift of an ISO keyboard */
	PS2_K_APPLICATION,
	PS2_K_POWER,
	PS2_K_PAD_EQUALS,
	PS2_K_F13,
	PS2_K_F14,
	PS2_K_F15,
	PS2_K_F16,
	PS2_K_F17,
	PS2_K_F18,
	PS2_K_F19,
	PS2_K_F20,
	PS2_K_F21,
	PS2_K_F22,
	PS2_K_F23,
	PS2_K_F24,
	PS2_K_MUTE = 0x7f,
	PS2_K_VOLUME_UP,
	PS2_K_VOLUME_DOWN,
	PS2_K_PAD_COMMA = 0x85,
	PS2_K_RO = 0x87,
	PS2_K_KANA,
	PS2_K_YEN,
	PS2_K_HENKAN,
	PS2_K_MUHENKAN,
	PS2_K_LEFT_CTRL = 0xe0,
	PS2_K_LEFT_SHIFT,
	PS2_K_LEFT_ALT,
	PS2_K_LEFT_GUI,
	PS2_K_RIGHT_CTRL,
	PS2_K_RIGHT_SHIFT,
	PS2_K_RIGHT_ALT,
	PS2_K_RIGHT_GUI
};
/* clang-format on */

struct ps2_key_event {
	uint8_t key;  /* enum ps2_k */
	bool pressed; /* repeated while the key is held */
};

enum ps2_scan_result {
	PS2_SCAN_MORE,   /* no event: the byte is part of a sequence, or has no meaning */
	PS2_SCAN_KEY,    /* *event is set */
	PS2_SCAN_LOST,   /* the keyboard lost codes: keys may have been released unnoticed */
	PS2_SCAN_UNKNOWN /* no key has this code */
};

struct ps2_scan {
	uint8_t set;    /* 1 or 2 */
	uint8_t prefix; /* 0, E0 or E1 */
	uint8_t pause;  /* codes received after E1 */
	bool release;   /* set 2: F0 was seen */
};

/* Begin decoding scan code set 1 (which a translating controller gives) or 2. */
PS2_MUST_USE enum ps2_status ps2_scan_init(struct ps2_scan *scan, unsigned set);
/* Decode one byte. After any invalid sequence the next sequence is decoded correctly. */
PS2_MUST_USE enum ps2_scan_result ps2_scan_feed(struct ps2_scan *scan, uint8_t byte,
						struct ps2_key_event *event);

#endif
