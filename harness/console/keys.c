/* SPDX-License-Identifier: MIT */
#include "harness/console/keys.h"

#include <ctype.h>
#include <string.h>

#include "emu/array.h"

enum { KEY_LEFT_SHIFT = 0x12 };

struct key_name {
	const char *name;
	uint16_t code;
};

/* Make codes of scan code set 2, as a PS/2 keyboard sends them after power-on. */
static const struct key_name key_names[] = {
	{ "esc", 0x76 },       { "escape", 0x76 },     { "enter", 0x5a },
	{ "return", 0x5a },    { "tab", 0x0d },        { "space", 0x29 },
	{ "backspace", 0x66 }, { "ctrl", 0x14 },       { "shift", KEY_LEFT_SHIFT },
	{ "alt", 0x11 },       { "rshift", 0x59 },     { "capslock", 0x58 },
	{ "numlock", 0x77 },   { "scrolllock", 0x7e }, { "rctrl", 0xe014 },
	{ "altgr", 0xe011 },   { "ralt", 0xe011 },     { "win", 0xe01f },
	{ "menu", 0xe02f },    { "up", 0xe075 },       { "down", 0xe072 },
	{ "left", 0xe06b },    { "right", 0xe074 },    { "home", 0xe06c },
	{ "end", 0xe069 },     { "pageup", 0xe07d },   { "pagedown", 0xe07a },
	{ "insert", 0xe070 },  { "delete", 0xe071 },   { "plus", 0x55 },
	{ "f1", 0x05 },        { "f2", 0x06 },         { "f3", 0x04 },
	{ "f4", 0x0c },        { "f5", 0x03 },         { "f6", 0x0b },
	{ "f7", 0x83 },        { "f8", 0x0a },         { "f9", 0x01 },
	{ "f10", 0x09 },       { "f11", 0x78 },        { "f12", 0x07 },
};

/* The characters of a US keyboard's keys, without and with shift. */
static const struct {
	char plain, shifted;
	uint16_t code;
} key_chars[] = {
	{ 'a', 'A', 0x1c },   { 'b', 'B', 0x32 },   { 'c', 'C', 0x21 },   { 'd', 'D', 0x23 },
	{ 'e', 'E', 0x24 },   { 'f', 'F', 0x2b },   { 'g', 'G', 0x34 },   { 'h', 'H', 0x33 },
	{ 'i', 'I', 0x43 },   { 'j', 'J', 0x3b },   { 'k', 'K', 0x42 },   { 'l', 'L', 0x4b },
	{ 'm', 'M', 0x3a },   { 'n', 'N', 0x31 },   { 'o', 'O', 0x44 },   { 'p', 'P', 0x4d },
	{ 'q', 'Q', 0x15 },   { 'r', 'R', 0x2d },   { 's', 'S', 0x1b },   { 't', 'T', 0x2c },
	{ 'u', 'U', 0x3c },   { 'v', 'V', 0x2a },   { 'w', 'W', 0x1d },   { 'x', 'X', 0x22 },
	{ 'y', 'Y', 0x35 },   { 'z', 'Z', 0x1a },   { '0', ')', 0x45 },   { '1', '!', 0x16 },
	{ '2', '@', 0x1e },   { '3', '#', 0x26 },   { '4', '$', 0x25 },   { '5', '%', 0x2e },
	{ '6', '^', 0x36 },   { '7', '&', 0x3d },   { '8', '*', 0x3e },   { '9', '(', 0x46 },
	{ '`', '~', 0x0e },   { '-', '_', 0x4e },   { '=', '+', 0x55 },   { '[', '{', 0x54 },
	{ ']', '}', 0x5b },   { '\\', '|', 0x5d },  { ';', ':', 0x4c },   { '\'', '"', 0x52 },
	{ ',', '<', 0x41 },   { '.', '>', 0x49 },   { '/', '?', 0x4a },   { ' ', '\0', 0x29 },
	{ '\n', '\0', 0x5a }, { '\r', '\0', 0x5a }, { '\t', '\0', 0x0d }, { '\b', '\0', 0x66 },
	{ 0x1b, '\0', 0x76 },
};

bool keys_for_char(char c, struct key_chord *chord)
{
	for (size_t i = 0; c && i < ARRAY_SIZE(key_chars); i++) {
		if (c == key_chars[i].plain) {
			*chord = (struct key_chord){ .code = { key_chars[i].code }, .n = 1 };
			return true;
		}
		if (c == key_chars[i].shifted) {
			*chord = (struct key_chord){ .code = { KEY_LEFT_SHIFT, key_chars[i].code },
						     .n = 2 };
			return true;
		}
	}
	return false;
}

/* One key by name, or by the character it types without shift. */
static bool parse_key(const char *name, size_t len, uint16_t *code)
{
	for (size_t i = 0; i < ARRAY_SIZE(key_names); i++) {
		const char *known = key_names[i].name;
		if (strlen(known) != len || strncasecmp(name, known, len) != 0) continue;
		*code = key_names[i].code;
		return true;
	}
	struct key_chord chord;
	char c = (char)tolower((unsigned char)name[0]);
	if (len != 1 || !keys_for_char(c, &chord) || chord.n != 1) return false;
	*code = chord.code[0];
	return true;
}

bool keys_parse(const char *text, struct key_chord *chord)
{
	struct key_chord keys = { .n = 0 };
	for (;;) {
		size_t len = strcspn(text, "+");
		if (len == 0 || keys.n == KEYS_MAX_CHORD) return false;
		if (!parse_key(text, len, &keys.code[keys.n])) return false;
		keys.n++;
		if (text[len] == '\0') break;
		text += len + 1;
	}
	*chord = keys;
	return true;
}

static void on_move(void *ctx, uint64_t due_ns)
{
	struct key_feed *f = ctx;
	if (f->s.len == 0) return;
	uint16_t code = f->s.move[f->s.head].code;
	bool down = f->s.move[f->s.head].down;
	f->s.head = (f->s.head + 1) % KEY_FEED_SIZE;
	f->s.len--;
	if (f->s.len > 0) clock_arm(f->clock, f->timer, due_ns + KEY_FEED_NS);
	f->move(f->ctx, code, down);
}

void key_feed_init(struct key_feed *f, struct clock *clock,
		   void (*move)(void *ctx, uint16_t code, bool down), void *ctx)
{
	*f = (struct key_feed){ .clock = clock, .move = move, .ctx = ctx };
	f->timer = clock_add_timer(clock, "key feed", on_move, f);
}

static void queue(struct key_feed *f, uint16_t code, bool down)
{
	uint32_t at = (f->s.head + f->s.len++) % KEY_FEED_SIZE;
	f->s.move[at].code = code;
	f->s.move[at].down = down;
}

bool key_feed_press(struct key_feed *f, const struct key_chord *chord)
{
	if (KEY_FEED_SIZE - f->s.len < 2 * chord->n) return false;
	if (key_feed_idle(f)) clock_arm(f->clock, f->timer, clock_now(f->clock) + KEY_FEED_NS);
	for (size_t i = 0; i < chord->n; i++) queue(f, chord->code[i], true);
	for (size_t i = chord->n; i > 0; i--) queue(f, chord->code[i - 1], false);
	return true;
}

bool key_feed_idle(const struct key_feed *f) { return f->s.len == 0; }
