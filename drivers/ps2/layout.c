/* SPDX-License-Identifier: MIT */
/* Modifiers, locks, and what a key types. */
#include "bimetal/ps2_kbd.h"
#include "bimetal/ps2_layout.h"

enum {
	SHIFT = PS2_HELD_LEFT_SHIFT | PS2_HELD_RIGHT_SHIFT,
	CTRL = PS2_HELD_LEFT_CTRL | PS2_HELD_RIGHT_CTRL,

	LINE_FEED = 0x0a,
	BACKSPACE = 0x08,
	TAB = 0x09,
	ESCAPE = 0x1b,
	DELETE = 0x7f,
	CONTROL_FIRST = 0x40, /* @ */
	CONTROL_LAST = 0x5f,  /* _ */
	CONTROL_MASK = 0x1f,
	CASE_BIT = 0x20
};

/* ---- modifiers ---- */

static uint8_t lock_of(uint8_t key)
{
	switch (key) {
	case PS2_K_CAPS_LOCK: return PS2_KBD_CAPS_LOCK;
	case PS2_K_NUM_LOCK: return PS2_KBD_NUM_LOCK;
	case PS2_K_SCROLL_LOCK: return PS2_KBD_SCROLL_LOCK;
	default: return 0;
	}
}

static uint8_t with(uint8_t set, uint8_t bits, bool on)
{
	return (uint8_t)(on ? set | bits : set & ~bits);
}

bool ps2_modifiers_track(struct ps2_modifiers *m, const struct ps2_key_event *event)
{
	if (!m || !event) return false;
	if (event->key >= PS2_K_LEFT_CTRL && event->key <= PS2_K_RIGHT_GUI) {
		uint8_t bit = (uint8_t)(1u << (event->key - PS2_K_LEFT_CTRL));
		m->held = with(m->held, bit, event->pressed);
		return false;
	}
	uint8_t lock = lock_of(event->key);
	bool changes = lock && event->pressed && !(m->lock_keys & lock);
	m->lock_keys = with(m->lock_keys, lock, event->pressed);
	if (changes) m->locks ^= lock;
	return changes;
}

/* ---- characters ---- */

static bool shifted(const struct ps2_modifiers *m) { return m->held & SHIFT; }

static uint32_t pad_character(const struct ps2_layout *layout, const struct ps2_modifiers *m,
			      uint8_t key)
{
	bool num = m->locks & PS2_KBD_NUM_LOCK;

	switch (key) {
	case PS2_K_PAD_SLASH: return '/';
	case PS2_K_PAD_ASTERISK: return '*';
	case PS2_K_PAD_MINUS: return '-';
	case PS2_K_PAD_PLUS: return '+';
	case PS2_K_PAD_EQUALS: return '=';
	case PS2_K_PAD_COMMA: return ',';
	case PS2_K_PAD_ENTER: return LINE_FEED;
	default: break;
	}
	if (num == shifted(m)) return 0;
	if (key == PS2_K_PAD_PERIOD) return layout->pad_decimal;
	return key == PS2_K_PAD_0 ? '0' : '1' + (uint32_t)(key - PS2_K_PAD_1);
}

static bool is_pad(uint8_t key)
{
	return (key >= PS2_K_PAD_SLASH && key <= PS2_K_PAD_PERIOD) || key == PS2_K_PAD_EQUALS ||
	       key == PS2_K_PAD_COMMA;
}

/* Keys that type the same on every layout; 0: not one of them. */
static uint32_t fixed_character(uint8_t key)
{
	switch (key) {
	case PS2_K_ENTER: return LINE_FEED;
	case PS2_K_BACKSPACE: return BACKSPACE;
	case PS2_K_TAB: return TAB;
	case PS2_K_ESCAPE: return ESCAPE;
	case PS2_K_DELETE: return DELETE;
	default: return 0;
	}
}

static uint32_t control_character(uint32_t c)
{
	if (c >= 'a' && c <= 'z') c -= CASE_BIT;
	return c >= CONTROL_FIRST && c <= CONTROL_LAST ? c & CONTROL_MASK : 0;
}

uint32_t ps2_layout_character(const struct ps2_layout *layout, const struct ps2_modifiers *m,
			      const struct ps2_key_event *event)
{
	if (!layout || !m || !event || !event->pressed) return 0;
	uint8_t key = event->key;
	if (fixed_character(key)) return fixed_character(key);
	if (is_pad(key)) return pad_character(layout, m, key);
	if (key >= PS2_LAYOUT_ROWS) return 0;
	const struct ps2_layout_row *row = &layout->row[key];
	if (layout->has_alt_gr && m->held & PS2_HELD_RIGHT_ALT) return row->alt_gr;
	bool caps = row->caps && m->locks & PS2_KBD_CAPS_LOCK;
	uint32_t c = shifted(m) != caps ? row->shift : row->plain;
	return m->held & CTRL ? control_character(c) : c;
}
