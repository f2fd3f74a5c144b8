/* SPDX-License-Identifier: MIT */
#include "devices/ps2_keyboard/keys.h"

enum {
	E0 = 0xe0,
	E1 = 0xe1,
	BREAK = 0xf0,    /* sets 2 and 3: precedes the code */
	BREAK_BIT = 0x80 /* set 1 */
};

/* Which extra codes sets 1 and 2 send around a key. */
enum dress {
	PLAIN,
	CURSOR, /* grey cursor keys: cancel Shift or Num Lock */
	SLASH,  /* keypad /: cancels Shift */
	PRINT,
	PAUSE
};

enum { M = 0, MB = PS2_KEYBOARD_SENDS_BREAK, T = PS2_KEYBOARD_SENDS_BREAK | PS2_KEYBOARD_REPEATS };

const struct ps2_keyboard_key ps2_keyboard_keys[] = {
	{ 0x0e, 0x29, 0x0e, T, 0 },        { 0x16, 0x02, 0x16, T, 0 },
	{ 0x1e, 0x03, 0x1e, T, 0 },        { 0x26, 0x04, 0x26, T, 0 },
	{ 0x25, 0x05, 0x25, T, 0 },        { 0x2e, 0x06, 0x2e, T, 0 },
	{ 0x36, 0x07, 0x36, T, 0 },        { 0x3d, 0x08, 0x3d, T, 0 },
	{ 0x3e, 0x09, 0x3e, T, 0 },        { 0x46, 0x0a, 0x46, T, 0 },
	{ 0x45, 0x0b, 0x45, T, 0 },        { 0x4e, 0x0c, 0x4e, T, 0 },
	{ 0x55, 0x0d, 0x55, T, 0 },        { 0x66, 0x0e, 0x66, T, 0 },
	{ 0x0d, 0x0f, 0x0d, T, 0 },        { 0x15, 0x10, 0x15, T, 0 },
	{ 0x1d, 0x11, 0x1d, T, 0 },        { 0x24, 0x12, 0x24, T, 0 },
	{ 0x2d, 0x13, 0x2d, T, 0 },        { 0x2c, 0x14, 0x2c, T, 0 },
	{ 0x35, 0x15, 0x35, T, 0 },        { 0x3c, 0x16, 0x3c, T, 0 },
	{ 0x43, 0x17, 0x43, T, 0 },        { 0x44, 0x18, 0x44, T, 0 },
	{ 0x4d, 0x19, 0x4d, T, 0 },        { 0x54, 0x1a, 0x54, T, 0 },
	{ 0x5b, 0x1b, 0x5b, T, 0 },        { 0x5d, 0x2b, 0x5c, T, 0 },
	{ 0x58, 0x3a, 0x14, MB, 0 },       { 0x1c, 0x1e, 0x1c, T, 0 },
	{ 0x1b, 0x1f, 0x1b, T, 0 },        { 0x23, 0x20, 0x23, T, 0 },
	{ 0x2b, 0x21, 0x2b, T, 0 },        { 0x34, 0x22, 0x34, T, 0 },
	{ 0x33, 0x23, 0x33, T, 0 },        { 0x3b, 0x24, 0x3b, T, 0 },
	{ 0x42, 0x25, 0x42, T, 0 },        { 0x4b, 0x26, 0x4b, T, 0 },
	{ 0x4c, 0x27, 0x4c, T, 0 },        { 0x52, 0x28, 0x52, T, 0 },
	{ 0x5a, 0x1c, 0x5a, T, 0 },        { 0x12, 0x2a, 0x12, MB, 0 },
	{ 0x61, 0x56, 0x13, T, 0 },        { 0x1a, 0x2c, 0x1a, T, 0 },
	{ 0x22, 0x2d, 0x22, T, 0 },        { 0x21, 0x2e, 0x21, T, 0 },
	{ 0x2a, 0x2f, 0x2a, T, 0 },        { 0x32, 0x30, 0x32, T, 0 },
	{ 0x31, 0x31, 0x31, T, 0 },        { 0x3a, 0x32, 0x3a, T, 0 },
	{ 0x41, 0x33, 0x41, T, 0 },        { 0x49, 0x34, 0x49, T, 0 },
	{ 0x4a, 0x35, 0x4a, T, 0 },        { 0x59, 0x36, 0x59, MB, 0 },
	{ 0x14, 0x1d, 0x11, MB, 0 },       { 0x11, 0x38, 0x19, MB, 0 },
	{ 0x29, 0x39, 0x29, T, 0 },        { 0xe011, 0x38, 0x39, M, 0 },
	{ 0xe014, 0x1d, 0x58, M, 0 },      { 0xe070, 0x52, 0x67, M, CURSOR },
	{ 0xe071, 0x53, 0x64, T, CURSOR }, { 0xe06b, 0x4b, 0x61, T, CURSOR },
	{ 0xe06c, 0x47, 0x6e, M, CURSOR }, { 0xe069, 0x4f, 0x65, M, CURSOR },
	{ 0xe075, 0x48, 0x63, T, CURSOR }, { 0xe072, 0x50, 0x60, T, CURSOR },
	{ 0xe07d, 0x49, 0x6f, M, CURSOR }, { 0xe07a, 0x51, 0x6d, M, CURSOR },
	{ 0xe074, 0x4d, 0x6a, T, CURSOR }, { 0x77, 0x45, 0x76, M, 0 },
	{ 0x6c, 0x47, 0x6c, M, 0 },        { 0x6b, 0x4b, 0x6b, M, 0 },
	{ 0x69, 0x4f, 0x69, M, 0 },        { 0xe04a, 0x35, 0x77, M, SLASH },
	{ 0x75, 0x48, 0x75, M, 0 },        { 0x73, 0x4c, 0x73, M, 0 },
	{ 0x72, 0x50, 0x72, M, 0 },        { 0x70, 0x52, 0x70, M, 0 },
	{ 0x7c, 0x37, 0x7e, M, 0 },        { 0x7d, 0x49, 0x7d, M, 0 },
	{ 0x74, 0x4d, 0x74, M, 0 },        { 0x7a, 0x51, 0x7a, M, 0 },
	{ 0x71, 0x53, 0x71, M, 0 },        { 0x7b, 0x4a, 0x84, M, 0 },
	{ 0x79, 0x4e, 0x7c, T, 0 },        { 0xe05a, 0x1c, 0x79, M, 0 },
	{ 0x76, 0x01, 0x08, M, 0 },        { 0x05, 0x3b, 0x07, M, 0 },
	{ 0x06, 0x3c, 0x0f, M, 0 },        { 0x04, 0x3d, 0x17, M, 0 },
	{ 0x0c, 0x3e, 0x1f, M, 0 },        { 0x03, 0x3f, 0x27, M, 0 },
	{ 0x0b, 0x40, 0x2f, M, 0 },        { 0x83, 0x41, 0x37, M, 0 },
	{ 0x0a, 0x42, 0x3f, M, 0 },        { 0x01, 0x43, 0x47, M, 0 },
	{ 0x09, 0x44, 0x4f, M, 0 },        { 0x78, 0x57, 0x56, M, 0 },
	{ 0x07, 0x58, 0x5e, M, 0 },        { 0xe07c, 0x37, 0x57, M, PRINT },
	{ 0x7e, 0x46, 0x5f, M, 0 },        { 0xe177, 0x45, 0x62, M, PAUSE },
	{ 0xe01f, 0x5b, 0x8b, M, 0 },      { 0xe027, 0x5c, 0x8c, M, 0 },
	{ 0xe02f, 0x5d, 0x8d, M, 0 },
};

_Static_assert((unsigned)PS2_KEYBOARD_N_KEYS <= (unsigned)PS2_KEYBOARD_MODEL_MAX_KEYS,
	       "a row per key");

/* There is room: the longest sequences (a cursor key between two shifts, and Pause) have 8 bytes.
 */
static void add(struct ps2_keyboard_sequence *q, uint8_t byte)
{
	if (q->len < sizeof(q->byte)) q->byte[q->len++] = byte;
}

unsigned ps2_keyboard_find(uint16_t code)
{
	for (unsigned i = 0; i < PS2_KEYBOARD_N_KEYS; i++)
		if (ps2_keyboard_keys[i].code == code) return i;
	return PS2_KEYBOARD_N_KEYS;
}

static bool is_down(const struct ps2_keyboard_model *k, uint16_t code)
{
	return k->s.down[ps2_keyboard_find(code)];
}

unsigned ps2_keyboard_set(const struct ps2_keyboard_model *k)
{
	return (unsigned)k->s.reg[PS2_KEYBOARD_MODEL_SET];
}

/* Add a code of set 1 or 2, with E0 if extended. */
static void add_code(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
		     uint16_t code, uint8_t set1, bool make)
{
	if (code & 0xff00) add(q, E0);
	if (ps2_keyboard_set(k) == 1) {
		add(q, (uint8_t)(make ? set1 : set1 | BREAK_BIT));
		return;
	}
	if (!make) add(q, BREAK);
	add(q, (uint8_t)code);
}

/* Add a Shift code that is not a real key press, so that grey keys mean the same in any Shift
 * state. */
static void add_fake_shift(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
			   bool right, bool make)
{
	uint16_t code = (uint16_t)(0xe000 | (right ? PS2_KEY_RIGHT_SHIFT : PS2_KEY_LEFT_SHIFT));
	add_code(k, q, code, right ? 0x36 : 0x2a, make);
}

static void add_held_shifts(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
			    bool make)
{
	if (is_down(k, PS2_KEY_LEFT_SHIFT)) add_fake_shift(k, q, false, make);
	if (is_down(k, PS2_KEY_RIGHT_SHIFT)) add_fake_shift(k, q, true, make);
}

static void add_grey(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
		     const struct ps2_keyboard_key *key, bool make)
{
	bool shift = is_down(k, PS2_KEY_LEFT_SHIFT) || is_down(k, PS2_KEY_RIGHT_SHIFT);
	bool num = key->dress == CURSOR && k->s.reg[PS2_KEYBOARD_MODEL_LEDS] & PS2_LED_NUM;
	bool lift = shift && !num, press = num && !shift;

	if (make && lift) add_held_shifts(k, q, false);
	if (make && press) add_fake_shift(k, q, false, true);
	add_code(k, q, key->code, key->set1, make);
	if (!make && lift) add_held_shifts(k, q, true);
	if (!make && press) add_fake_shift(k, q, false, false);
}

static void add_print_screen(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
			     const struct ps2_keyboard_key *key, bool make)
{
	bool alt = is_down(k, PS2_KEY_LEFT_ALT) || is_down(k, PS2_KEY_RIGHT_ALT);
	bool bare = !is_down(k, PS2_KEY_LEFT_CTRL) && !is_down(k, PS2_KEY_RIGHT_CTRL) &&
		    !is_down(k, PS2_KEY_LEFT_SHIFT) && !is_down(k, PS2_KEY_RIGHT_SHIFT);

	if (alt) {
		add_code(k, q, 0x84, 0x54, make); /* SysRq */
		return;
	}
	if (bare && make) add_fake_shift(k, q, false, true);
	add_code(k, q, key->code, key->set1, make);
	if (bare && !make) add_fake_shift(k, q, false, false);
}

/* Pause sends make and break when pressed, and nothing when released. */
static void add_pause(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q)
{
	static const uint8_t set1[] = { E1, 0x1d, 0x45, E1, 0x9d, 0xc5 };
	static const uint8_t set2[] = { E1, 0x14, 0x77, E1, BREAK, 0x14, BREAK, 0x77 };
	bool first = ps2_keyboard_set(k) == 1;
	const uint8_t *bytes = first ? set1 : set2;
	unsigned n = first ? sizeof(set1) : sizeof(set2);

	if (is_down(k, PS2_KEY_LEFT_CTRL) || is_down(k, PS2_KEY_RIGHT_CTRL)) {
		add_code(k, q, 0xe000 | PS2_KEY_SCROLL_LOCK, 0x46, true);
		add_code(k, q, 0xe000 | PS2_KEY_SCROLL_LOCK, 0x46, false);
		return;
	}
	for (unsigned i = 0; i < n; i++) add(q, bytes[i]);
}

static void add_set3(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
		     unsigned row, bool make)
{
	if (!make && !(k->s.type[row] & PS2_KEYBOARD_SENDS_BREAK)) return;
	if (!make) add(q, BREAK);
	add(q, ps2_keyboard_keys[row].set3);
}

void ps2_keyboard_movement(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
			   unsigned row, bool make)
{
	const struct ps2_keyboard_key *key = &ps2_keyboard_keys[row];

	if (ps2_keyboard_set(k) == 3) {
		add_set3(k, q, row, make);
		return;
	}
	switch (key->dress) {
	case CURSOR:
	case SLASH: add_grey(k, q, key, make); break;
	case PRINT: add_print_screen(k, q, key, make); break;
	case PAUSE:
		if (make) add_pause(k, q);
		break;
	default: add_code(k, q, key->code, key->set1, make); break;
	}
}

void ps2_keyboard_again(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
			unsigned row)
{
	const struct ps2_keyboard_key *key = &ps2_keyboard_keys[row];

	if (ps2_keyboard_set(k) == 3)
		add_set3(k, q, row, true);
	else
		add_code(k, q, key->code, key->set1, true); /* without fake shifts */
}

bool ps2_keyboard_repeats(const struct ps2_keyboard_model *k, unsigned row)
{
	if (ps2_keyboard_set(k) == 3) return k->s.type[row] & PS2_KEYBOARD_REPEATS;
	return ps2_keyboard_keys[row].dress != PAUSE;
}
