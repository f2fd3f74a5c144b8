/* SPDX-License-Identifier: MIT */
/* Scan code sets 1 and 2 (PS/2 Hardware Interface Technical Reference, Keyboards (101- and
 * 102-Key)); later keys as keyboard makers commonly assign them. */
#include "bimetal/ps2_scancodes.h"

enum { N_CODES_1 = 0x80, N_CODES_2 = 0x85 };

/* clang-format off: keep the columns of the table */
static const uint8_t plain_1[N_CODES_1] = { [0x01] = PS2_K_ESCAPE,
					    [0x02] = PS2_K_1,
					    [0x03] = PS2_K_2,
					    [0x04] = PS2_K_3,
					    [0x05] = PS2_K_4,
					    [0x06] = PS2_K_5,
					    [0x07] = PS2_K_6,
					    [0x08] = PS2_K_7,
					    [0x09] = PS2_K_8,
					    [0x0a] = PS2_K_9,
					    [0x0b] = PS2_K_0,
					    [0x0c] = PS2_K_MINUS,
					    [0x0d] = PS2_K_EQUALS,
					    [0x0e] = PS2_K_BACKSPACE,
					    [0x0f] = PS2_K_TAB,
					    [0x10] = PS2_K_Q,
					    [0x11] = PS2_K_W,
					    [0x12] = PS2_K_E,
					    [0x13] = PS2_K_R,
					    [0x14] = PS2_K_T,
					    [0x15] = PS2_K_Y,
					    [0x16] = PS2_K_U,
					    [0x17] = PS2_K_I,
					    [0x18] = PS2_K_O,
					    [0x19] = PS2_K_P,
					    [0x1a] = PS2_K_LEFT_BRACKET,
					    [0x1b] = PS2_K_RIGHT_BRACKET,
					    [0x1c] = PS2_K_ENTER,
					    [0x1d] = PS2_K_LEFT_CTRL,
					    [0x1e] = PS2_K_A,
					    [0x1f] = PS2_K_S,
					    [0x20] = PS2_K_D,
					    [0x21] = PS2_K_F,
					    [0x22] = PS2_K_G,
					    [0x23] = PS2_K_H,
					    [0x24] = PS2_K_J,
					    [0x25] = PS2_K_K,
					    [0x26] = PS2_K_L,
					    [0x27] = PS2_K_SEMICOLON,
					    [0x28] = PS2_K_QUOTE,
					    [0x29] = PS2_K_GRAVE,
					    [0x2a] = PS2_K_LEFT_SHIFT,
					    [0x2b] = PS2_K_BACKSLASH,
					    [0x2c] = PS2_K_Z,
					    [0x2d] = PS2_K_X,
					    [0x2e] = PS2_K_C,
					    [0x2f] = PS2_K_V,
					    [0x30] = PS2_K_B,
					    [0x31] = PS2_K_N,
					    [0x32] = PS2_K_M,
					    [0x33] = PS2_K_COMMA,
					    [0x34] = PS2_K_PERIOD,
					    [0x35] = PS2_K_SLASH,
					    [0x36] = PS2_K_RIGHT_SHIFT,
					    [0x37] = PS2_K_PAD_ASTERISK,
					    [0x38] = PS2_K_LEFT_ALT,
					    [0x39] = PS2_K_SPACE,
					    [0x3a] = PS2_K_CAPS_LOCK,
					    [0x3b] = PS2_K_F1,
					    [0x3c] = PS2_K_F2,
					    [0x3d] = PS2_K_F3,
					    [0x3e] = PS2_K_F4,
					    [0x3f] = PS2_K_F5,
					    [0x40] = PS2_K_F6,
					    [0x41] = PS2_K_F7,
					    [0x42] = PS2_K_F8,
					    [0x43] = PS2_K_F9,
					    [0x44] = PS2_K_F10,
					    [0x45] = PS2_K_NUM_LOCK,
					    [0x46] = PS2_K_SCROLL_LOCK,
					    [0x47] = PS2_K_PAD_7,
					    [0x48] = PS2_K_PAD_8,
					    [0x49] = PS2_K_PAD_9,
					    [0x4a] = PS2_K_PAD_MINUS,
					    [0x4b] = PS2_K_PAD_4,
					    [0x4c] = PS2_K_PAD_5,
					    [0x4d] = PS2_K_PAD_6,
					    [0x4e] = PS2_K_PAD_PLUS,
					    [0x4f] = PS2_K_PAD_1,
					    [0x50] = PS2_K_PAD_2,
					    [0x51] = PS2_K_PAD_3,
					    [0x52] = PS2_K_PAD_0,
					    [0x53] = PS2_K_PAD_PERIOD,
					    [0x54] = PS2_K_PRINT_SCREEN,
					    [0x56] = PS2_K_ISO,
					    [0x57] = PS2_K_F11,
					    [0x58] = PS2_K_F12,
					    [0x59] = PS2_K_PAD_EQUALS,
					    [0x64] = PS2_K_F13,
					    [0x65] = PS2_K_F14,
					    [0x66] = PS2_K_F15,
					    [0x67] = PS2_K_F16,
					    [0x68] = PS2_K_F17,
					    [0x69] = PS2_K_F18,
					    [0x6a] = PS2_K_F19,
					    [0x6b] = PS2_K_F20,
					    [0x6c] = PS2_K_F21,
					    [0x6d] = PS2_K_F22,
					    [0x6e] = PS2_K_F23,
					    [0x70] = PS2_K_KANA,
					    [0x73] = PS2_K_RO,
					    [0x76] = PS2_K_F24,
					    [0x79] = PS2_K_HENKAN,
					    [0x7b] = PS2_K_MUHENKAN,
					    [0x7d] = PS2_K_YEN,
					    [0x7e] = PS2_K_PAD_COMMA };

/* Codes after E0. With Ctrl, Pause becomes Break: E0 46, in set 2 E0 7E. */
static const uint8_t extended_1[N_CODES_1] = {
	[0x1c] = PS2_K_PAD_ENTER,    [0x1d] = PS2_K_RIGHT_CTRL, [0x20] = PS2_K_MUTE,
	[0x2e] = PS2_K_VOLUME_DOWN,  [0x30] = PS2_K_VOLUME_UP,  [0x35] = PS2_K_PAD_SLASH,
	[0x37] = PS2_K_PRINT_SCREEN, [0x38] = PS2_K_RIGHT_ALT,  [0x46] = PS2_K_PAUSE,
	[0x47] = PS2_K_HOME,         [0x48] = PS2_K_UP,         [0x49] = PS2_K_PAGE_UP,
	[0x4b] = PS2_K_LEFT,         [0x4d] = PS2_K_RIGHT,      [0x4f] = PS2_K_END,
	[0x50] = PS2_K_DOWN,         [0x51] = PS2_K_PAGE_DOWN,  [0x52] = PS2_K_INSERT,
	[0x53] = PS2_K_DELETE,       [0x5b] = PS2_K_LEFT_GUI,   [0x5c] = PS2_K_RIGHT_GUI,
	[0x5d] = PS2_K_APPLICATION,  [0x5e] = PS2_K_POWER
};

static const uint8_t plain_2[N_CODES_2] = {
	[0x01] = PS2_K_F9,          [0x03] = PS2_K_F5,          [0x04] = PS2_K_F3,
	[0x05] = PS2_K_F1,          [0x06] = PS2_K_F2,          [0x07] = PS2_K_F12,
	[0x08] = PS2_K_F13,         [0x09] = PS2_K_F10,         [0x0a] = PS2_K_F8,
	[0x0b] = PS2_K_F6,          [0x0c] = PS2_K_F4,          [0x0d] = PS2_K_TAB,
	[0x0e] = PS2_K_GRAVE,       [0x0f] = PS2_K_PAD_EQUALS,  [0x10] = PS2_K_F14,
	[0x11] = PS2_K_LEFT_ALT,    [0x12] = PS2_K_LEFT_SHIFT,  [0x13] = PS2_K_KANA,
	[0x14] = PS2_K_LEFT_CTRL,   [0x15] = PS2_K_Q,           [0x16] = PS2_K_1,
	[0x18] = PS2_K_F15,         [0x1a] = PS2_K_Z,           [0x1b] = PS2_K_S,
	[0x1c] = PS2_K_A,           [0x1d] = PS2_K_W,           [0x1e] = PS2_K_2,
	[0x20] = PS2_K_F16,         [0x21] = PS2_K_C,           [0x22] = PS2_K_X,
	[0x23] = PS2_K_D,           [0x24] = PS2_K_E,           [0x25] = PS2_K_4,
	[0x26] = PS2_K_3,           [0x28] = PS2_K_F17,         [0x29] = PS2_K_SPACE,
	[0x2a] = PS2_K_V,           [0x2b] = PS2_K_F,           [0x2c] = PS2_K_T,
	[0x2d] = PS2_K_R,           [0x2e] = PS2_K_5,           [0x30] = PS2_K_F18,
	[0x31] = PS2_K_N,           [0x32] = PS2_K_B,           [0x33] = PS2_K_H,
	[0x34] = PS2_K_G,           [0x35] = PS2_K_Y,           [0x36] = PS2_K_6,
	[0x38] = PS2_K_F19,         [0x3a] = PS2_K_M,           [0x3b] = PS2_K_J,
	[0x3c] = PS2_K_U,           [0x3d] = PS2_K_7,           [0x3e] = PS2_K_8,
	[0x40] = PS2_K_F20,         [0x41] = PS2_K_COMMA,       [0x42] = PS2_K_K,
	[0x43] = PS2_K_I,           [0x44] = PS2_K_O,           [0x45] = PS2_K_0,
	[0x46] = PS2_K_9,           [0x48] = PS2_K_F21,         [0x49] = PS2_K_PERIOD,
	[0x4a] = PS2_K_SLASH,       [0x4b] = PS2_K_L,           [0x4c] = PS2_K_SEMICOLON,
	[0x4d] = PS2_K_P,           [0x4e] = PS2_K_MINUS,       [0x50] = PS2_K_F22,
	[0x51] = PS2_K_RO,          [0x52] = PS2_K_QUOTE,       [0x54] = PS2_K_LEFT_BRACKET,
	[0x55] = PS2_K_EQUALS,      [0x57] = PS2_K_F23,         [0x58] = PS2_K_CAPS_LOCK,
	[0x59] = PS2_K_RIGHT_SHIFT, [0x5a] = PS2_K_ENTER,       [0x5b] = PS2_K_RIGHT_BRACKET,
	[0x5d] = PS2_K_BACKSLASH,   [0x5f] = PS2_K_F24,         [0x61] = PS2_K_ISO,
	[0x64] = PS2_K_HENKAN,      [0x66] = PS2_K_BACKSPACE,   [0x67] = PS2_K_MUHENKAN,
	[0x69] = PS2_K_PAD_1,       [0x6a] = PS2_K_YEN,         [0x6b] = PS2_K_PAD_4,
	[0x6c] = PS2_K_PAD_7,       [0x6d] = PS2_K_PAD_COMMA,   [0x70] = PS2_K_PAD_0,
	[0x71] = PS2_K_PAD_PERIOD,  [0x72] = PS2_K_PAD_2,       [0x73] = PS2_K_PAD_5,
	[0x74] = PS2_K_PAD_6,       [0x75] = PS2_K_PAD_8,       [0x76] = PS2_K_ESCAPE,
	[0x77] = PS2_K_NUM_LOCK,    [0x78] = PS2_K_F11,         [0x79] = PS2_K_PAD_PLUS,
	[0x7a] = PS2_K_PAD_3,       [0x7b] = PS2_K_PAD_MINUS,   [0x7c] = PS2_K_PAD_ASTERISK,
	[0x7d] = PS2_K_PAD_9,       [0x7e] = PS2_K_SCROLL_LOCK, [0x83] = PS2_K_F7,
	[0x84] = PS2_K_PRINT_SCREEN
};

static const uint8_t extended_2[N_CODES_2] = {
	[0x11] = PS2_K_RIGHT_ALT,   [0x14] = PS2_K_RIGHT_CTRL, [0x1f] = PS2_K_LEFT_GUI,
	[0x21] = PS2_K_VOLUME_DOWN, [0x23] = PS2_K_MUTE,       [0x27] = PS2_K_RIGHT_GUI,
	[0x2f] = PS2_K_APPLICATION, [0x32] = PS2_K_VOLUME_UP,  [0x37] = PS2_K_POWER,
	[0x4a] = PS2_K_PAD_SLASH,   [0x5a] = PS2_K_PAD_ENTER,  [0x69] = PS2_K_END,
	[0x6b] = PS2_K_LEFT,        [0x6c] = PS2_K_HOME,       [0x70] = PS2_K_INSERT,
	[0x71] = PS2_K_DELETE,      [0x72] = PS2_K_DOWN,       [0x74] = PS2_K_RIGHT,
	[0x75] = PS2_K_UP,          [0x7a] = PS2_K_PAGE_DOWN,  [0x7c] = PS2_K_PRINT_SCREEN,
	[0x7d] = PS2_K_PAGE_UP,     [0x7e] = PS2_K_PAUSE
};
/* clang-format on */

enum {
	SET_1 = 1,
	SET_2 = 2,
	EXTENDED = 0xe0,
	PAUSE = 0xe1,
	RELEASE = 0xf0,     /* set 2: precedes the code */
	RELEASE_BIT = 0x80, /* set 1 */
	LOST_SET_1 = 0xff,
	LOST = 0x00
};

/* Codes with another meaning after a prefix. */
struct special {
	uint8_t left_shift, right_shift; /* after E0: added by the keyboard, not pressed */
	uint8_t pause[2];                /* after E1 */
};

static const struct special specials[] = {
	[SET_1] = { 0x2a, 0x36, { 0x1d, 0x45 } },
	[SET_2] = { 0x12, 0x59, { 0x14, 0x77 } },
};

static void restart(struct ps2_scan *scan)
{
	scan->prefix = 0;
	scan->pause = 0;
	scan->release = false;
}

enum ps2_status ps2_scan_init(struct ps2_scan *scan, unsigned set)
{
	if (!scan) return PS2_NULL;
	if (set != SET_1 && set != SET_2) return PS2_BAD_ARG;
	scan->set = (uint8_t)set;
	restart(scan);
	return PS2_OK;
}

static uint8_t look_up(const struct ps2_scan *scan, uint8_t code)
{
	bool extended = scan->prefix == EXTENDED;

	if (scan->set == SET_1) return extended ? extended_1[code] : plain_1[code];
	if (code >= N_CODES_2) return PS2_K_NONE;
	return extended ? extended_2[code] : plain_2[code];
}

/* Pause sends E1 and two codes, then E1 and the release of both. */
static enum ps2_scan_result take_pause(struct ps2_scan *scan, uint8_t code, bool pressed,
				       struct ps2_key_event *event)
{
	const uint8_t *sequence = specials[scan->set].pause;

	if (code != sequence[scan->pause]) {
		restart(scan);
		return PS2_SCAN_UNKNOWN;
	}
	scan->release = false;
	if (++scan->pause < sizeof(specials[0].pause)) return PS2_SCAN_MORE;
	restart(scan);
	event->key = PS2_K_PAUSE;
	event->pressed = pressed;
	return PS2_SCAN_KEY;
}

static enum ps2_scan_result take_code(struct ps2_scan *scan, uint8_t code, bool pressed,
				      struct ps2_key_event *event)
{
	const struct special *special = &specials[scan->set];

	if (scan->prefix == PAUSE) return take_pause(scan, code, pressed, event);
	bool shift = code == special->left_shift || code == special->right_shift;
	bool fake = scan->prefix == EXTENDED && shift;
	uint8_t key = look_up(scan, code);
	restart(scan);
	if (fake) return PS2_SCAN_MORE;
	if (key == PS2_K_NONE) return PS2_SCAN_UNKNOWN;
	event->key = key;
	event->pressed = pressed;
	return PS2_SCAN_KEY;
}

static bool take_prefix(struct ps2_scan *scan, uint8_t byte)
{
	if (byte == EXTENDED || byte == PAUSE) {
		restart(scan);
		scan->prefix = byte;
		return true;
	}
	if (scan->set == SET_2 && byte == RELEASE) {
		scan->release = true;
		return true;
	}
	return false;
}

enum ps2_scan_result ps2_scan_feed(struct ps2_scan *scan, uint8_t byte, struct ps2_key_event *event)
{
	if (!scan || !event || (scan->set != SET_1 && scan->set != SET_2)) return PS2_SCAN_UNKNOWN;
	if (take_prefix(scan, byte)) return PS2_SCAN_MORE;
	if (byte == LOST || (byte == LOST_SET_1 && scan->prefix == 0)) {
		restart(scan);
		return PS2_SCAN_LOST;
	}
	if (scan->set == SET_2) return take_code(scan, byte, !scan->release, event);
	return take_code(scan, byte & (uint8_t)~RELEASE_BIT, !(byte & RELEASE_BIT), event);
}
