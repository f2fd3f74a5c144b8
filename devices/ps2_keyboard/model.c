/* SPDX-License-Identifier: MIT */
#include "devices/ps2_keyboard/model.h"

#include <string.h>

/* Times: the manual gives limits (an answer within 20 ms, the test in 300..500 ms or more); these
 * are values inside them. */
#define ANSWER_NS    UINT64_C(500000)
#define SELF_TEST_NS UINT64_C(500000000)

enum {
	E0 = 0xe0,
	E1 = 0xe1,
	BREAK = 0xf0,     /* sets 2 and 3: goes ahead of the code */
	BREAK_BIT = 0x80, /* set 1 */
	OVERRUN = 0x00,
	OVERRUN_SET1 = 0xff,

	TEST_PASSED = 0xaa,
	ACK = 0xfa,
	RESEND = 0xfe,
	ID_1 = 0xab,
	ID_2 = 0x83,

	DEFAULT_TYPEMATIC = 0x2b, /* 500 ms, 10.9 per second */
	DEFAULT_SET = 2
};

enum command {
	CMD_LEDS = 0xed, /* the lowest command: below it, option bytes */
	CMD_ECHO = 0xee,
	CMD_SCAN_CODES = 0xf0,
	CMD_READ_ID = 0xf2,
	CMD_TYPEMATIC = 0xf3,
	CMD_ENABLE = 0xf4,
	CMD_DEFAULT_DISABLE = 0xf5,
	CMD_DEFAULT = 0xf6,
	CMD_ALL_TYPEMATIC = 0xf7,
	CMD_ALL_MAKE_BREAK = 0xf8,
	CMD_ALL_MAKE = 0xf9,
	CMD_ALL_TYPEMATIC_MAKE_BREAK = 0xfa,
	CMD_KEY_TYPEMATIC = 0xfb,
	CMD_KEY_MAKE_BREAK = 0xfc,
	CMD_KEY_MAKE = 0xfd,
	CMD_RESEND = 0xfe,
	CMD_RESET = 0xff
};

/* What a key does in scan code set 3. */
enum { SENDS_BREAK = 1, REPEATS = 2 };

enum { M = 0, MB = SENDS_BREAK, T = SENDS_BREAK | REPEATS };

/* How sets 1 and 2 dress a key up. */
enum dress {
	PLAIN,
	CURSOR, /* grey cursor keys: hide Shift or Num Lock */
	SLASH,  /* keypad /: hides Shift */
	PRINT,
	PAUSE
};

struct key {
	uint16_t code; /* set 2, 0xe000: extended */
	uint8_t set1;  /* behind E0 too where extended */
	uint8_t set3;
	uint8_t type3; /* set 3 at power-on */
	uint8_t dress;
};

static const struct key keys[] = {
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

enum { N_KEYS = sizeof(keys) / sizeof(keys[0]), NO_KEY = N_KEYS };

_Static_assert((unsigned)N_KEYS <= (unsigned)PS2_KEYBOARD_MODEL_MAX_KEYS, "a row per key");

/* clang-format off: a table reads as a table */
const struct reg_desc ps2_keyboard_regs[PS2_KEYBOARD_MODEL_N_REGS] = {
	[PS2_KEYBOARD_MODEL_LEDS] = { "LEDS", 0, 8, REG_DIR_W, 0, 0x00,
				      "unread: IBM PS/2 HITR, Keyboards (101- and 102-Key), "
				      "Set/Reset "
				      "Status Indicators",
				      REG_FIELDS({ "SCROLL_LOCK", 0, 0, REG_RW },
						 { "NUM_LOCK", 1, 1, REG_RW },
						 { "CAPS_LOCK", 2, 2, REG_RW }) },
	[PS2_KEYBOARD_MODEL_TYPEMATIC] = { "TYPEMATIC", 1, 8, REG_DIR_W, 0, DEFAULT_TYPEMATIC,
					   "unread: IBM PS/2 HITR, Keyboards (101- and 102-Key), "
					   "Set "
					   "Typematic Rate/Delay",
					   REG_FIELDS({ "RATE", 4, 0, REG_RW },
						      { "DELAY", 6, 5, REG_RW }) },
	[PS2_KEYBOARD_MODEL_SET] = { "SCAN_CODE_SET", 2, 8, REG_DIR_RW, 0, DEFAULT_SET,
				     "unread: IBM PS/2 HITR, Keyboards (101- and 102-Key), Select "
				     "Alternate Scan Codes",
				     REG_FIELDS({ "SET", 1, 0, REG_RW }) },
};
/* clang-format on */

static const struct device_ops ps2_keyboard_ops = {
	.name = "ps2_keyboard",
	.regs = ps2_keyboard_regs,
	.n_regs = PS2_KEYBOARD_MODEL_N_REGS,
};

/* --- Scan codes --- */

/* The bytes of one key movement. */
struct sequence {
	uint8_t byte[16];
	unsigned len;
};

static void add(struct sequence *q, uint8_t byte)
{
	if (q->len < sizeof(q->byte)) q->byte[q->len++] = byte;
}

static unsigned find_key(uint16_t code)
{
	for (unsigned i = 0; i < N_KEYS; i++)
		if (keys[i].code == code) return i;
	return NO_KEY;
}

static bool is_down(const struct ps2_keyboard_model *k, uint16_t code)
{
	return k->s.down[find_key(code)];
}

static unsigned set_of(const struct ps2_keyboard_model *k)
{
	return (unsigned)k->s.reg[PS2_KEYBOARD_MODEL_SET];
}

/* A code of sets 1 or 2, its E0 ahead. */
static void add_code(const struct ps2_keyboard_model *k, struct sequence *q, uint16_t code,
		     uint8_t set1, bool make)
{
	if (code & 0xff00) add(q, E0);
	if (set_of(k) == 1) {
		add(q, (uint8_t)(make ? set1 : set1 | BREAK_BIT));
		return;
	}
	if (!make) add(q, BREAK);
	add(q, (uint8_t)code);
}

/* A shift that nobody touched, so that grey keys mean the same in any shift state. */
static void add_fake_shift(const struct ps2_keyboard_model *k, struct sequence *q, bool right,
			   bool make)
{
	uint16_t code = (uint16_t)(0xe000 | (right ? PS2_KEY_RIGHT_SHIFT : PS2_KEY_LEFT_SHIFT));
	add_code(k, q, code, right ? 0x36 : 0x2a, make);
}

static void add_held_shifts(const struct ps2_keyboard_model *k, struct sequence *q, bool make)
{
	if (is_down(k, PS2_KEY_LEFT_SHIFT)) add_fake_shift(k, q, false, make);
	if (is_down(k, PS2_KEY_RIGHT_SHIFT)) add_fake_shift(k, q, true, make);
}

static void add_grey(const struct ps2_keyboard_model *k, struct sequence *q, const struct key *key,
		     bool make)
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

static void add_print_screen(const struct ps2_keyboard_model *k, struct sequence *q,
			     const struct key *key, bool make)
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

/* Pause says make and break at once, and nothing when it comes up. */
static void add_pause(const struct ps2_keyboard_model *k, struct sequence *q)
{
	static const uint8_t set1[] = { E1, 0x1d, 0x45, E1, 0x9d, 0xc5 };
	static const uint8_t set2[] = { E1, 0x14, 0x77, E1, BREAK, 0x14, BREAK, 0x77 };
	bool first = set_of(k) == 1;
	const uint8_t *bytes = first ? set1 : set2;
	unsigned n = first ? sizeof(set1) : sizeof(set2);

	if (is_down(k, PS2_KEY_LEFT_CTRL) || is_down(k, PS2_KEY_RIGHT_CTRL)) {
		add_code(k, q, 0xe000 | PS2_KEY_SCROLL_LOCK, 0x46, true);
		add_code(k, q, 0xe000 | PS2_KEY_SCROLL_LOCK, 0x46, false);
		return;
	}
	for (unsigned i = 0; i < n; i++) add(q, bytes[i]);
}

static void add_set3(const struct ps2_keyboard_model *k, struct sequence *q, unsigned row,
		     bool make)
{
	if (!make && !(k->s.type[row] & SENDS_BREAK)) return;
	if (!make) add(q, BREAK);
	add(q, keys[row].set3);
}

static void add_movement(const struct ps2_keyboard_model *k, struct sequence *q, unsigned row,
			 bool make)
{
	const struct key *key = &keys[row];

	if (set_of(k) == 3) {
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

/* All of it or an overrun marker: half a sequence would be worse than none. */
static void queue_codes(struct ps2_keyboard_model *k, const struct sequence *q)
{
	struct ps2_queue *codes = &k->s.codes;
	uint8_t marker = set_of(k) == 1 ? OVERRUN_SET1 : OVERRUN;

	if (q->len == 0) return;
	if (codes->len + q->len <= PS2_KEYBOARD_MODEL_BUFFER) {
		for (unsigned i = 0; i < q->len; i++) ps2_queue_put(codes, q->byte[i]);
	} else if (ps2_queue_last(codes) != marker) {
		ps2_queue_put(codes, marker);
	}
	ps2_port_ready(&k->port);
}

/* --- Typematic --- */

static uint64_t delay_ns(const struct ps2_keyboard_model *k)
{
	uint64_t delay = k->s.reg[PS2_KEYBOARD_MODEL_TYPEMATIC] >> 5 & 3;
	return (delay + 1) * UINT64_C(250000000);
}

/* (8 + A) * 2^B * 1/240 s, A in bits 2-0, B in bits 4-3. */
static uint64_t period_ns(const struct ps2_keyboard_model *k)
{
	uint64_t rate = k->s.reg[PS2_KEYBOARD_MODEL_TYPEMATIC];
	return ((8 + (rate & 7)) << (rate >> 3 & 3)) * UINT64_C(1000000000) / 240;
}

static bool repeats(const struct ps2_keyboard_model *k, unsigned row)
{
	if (set_of(k) == 3) return k->s.type[row] & REPEATS;
	return keys[row].dress != PAUSE;
}

static void stop_repeat(struct ps2_keyboard_model *k)
{
	k->s.repeat = 0;
	clock_disarm(k->clock, k->repeat_timer);
}

static void on_repeat(void *ctx, uint64_t due_ns)
{
	struct ps2_keyboard_model *k = ctx;
	struct sequence q = { .len = 0 };

	if (k->s.repeat == 0) return;
	clock_arm(k->clock, k->repeat_timer, due_ns + period_ns(k));
	/* While the host does not listen, repeats are not stored. */
	if (k->s.codes.len) return;
	unsigned row = k->s.repeat - 1u;
	if (set_of(k) == 3)
		add_set3(k, &q, row, true);
	else
		add_code(k, &q, keys[row].code, keys[row].set1, true); /* without fake shifts */
	queue_codes(k, &q);
}

bool ps2_keyboard_model_key(struct ps2_keyboard_model *k, uint16_t key, bool pressed)
{
	unsigned row = find_key(key);
	struct sequence q = { .len = 0 };

	if (row == NO_KEY || k->s.down[row] == pressed) return false;
	if (pressed) k->s.down[row] = 1;
	if (k->s.scanning && !k->s.testing) add_movement(k, &q, row, pressed);
	k->s.down[row] = pressed;
	if (pressed && k->s.scanning && !k->s.testing && repeats(k, row)) {
		k->s.repeat = (uint8_t)(row + 1);
		clock_arm(k->clock, k->repeat_timer, clock_now(k->clock) + delay_ns(k));
	} else if (!pressed && k->s.repeat == row + 1) {
		stop_repeat(k);
	}
	queue_codes(k, &q);
	return true;
}

/* --- Answers and commands --- */

static void answer(struct ps2_keyboard_model *k, uint8_t byte, uint64_t after_ns)
{
	ps2_queue_put(&k->s.answers, byte);
	if (!clock_armed(k->clock, k->answer_timer))
		clock_arm(k->clock, k->answer_timer, clock_now(k->clock) + after_ns);
}

static void drop_answers(struct ps2_keyboard_model *k)
{
	ps2_queue_clear(&k->s.answers);
	k->s.answers_ready = 0;
	clock_disarm(k->clock, k->answer_timer);
}

static void set_all_types(struct ps2_keyboard_model *k, uint8_t type)
{
	memset(k->s.type, type, N_KEYS);
}

/* What F5, F6 and a reset put back. */
static void defaults(struct ps2_keyboard_model *k)
{
	k->s.reg[PS2_KEYBOARD_MODEL_TYPEMATIC] = DEFAULT_TYPEMATIC;
	k->s.reg[PS2_KEYBOARD_MODEL_SET] = DEFAULT_SET;
	for (unsigned i = 0; i < N_KEYS; i++) k->s.type[i] = keys[i].type3;
	ps2_queue_clear(&k->s.codes);
	k->s.command = 0;
	stop_repeat(k);
}

static void start_test(struct ps2_keyboard_model *k, uint64_t due_ns)
{
	defaults(k);
	k->s.reg[PS2_KEYBOARD_MODEL_LEDS] = 0;
	k->s.scanning = true;
	k->s.testing = true;
	clock_arm(k->clock, k->answer_timer, due_ns + SELF_TEST_NS);
}

static void on_answer(void *ctx, uint64_t due_ns)
{
	struct ps2_keyboard_model *k = ctx;

	(void)due_ns;
	if (k->s.testing) {
		k->s.testing = false;
		ps2_queue_put(&k->s.answers, TEST_PASSED);
	}
	k->s.answers_ready = k->s.answers.len;
	ps2_port_ready(&k->port);
}

static void set_option(struct ps2_keyboard_model *k, enum ps2_keyboard_model_reg reg, uint8_t value)
{
	k->s.reg[reg] = reg_apply_write(&k->dev, &ps2_keyboard_regs[reg], k->s.reg[reg], value);
	answer(k, ACK, ANSWER_NS);
}

static void set_key_type(struct ps2_keyboard_model *k, uint8_t command, uint8_t set3)
{
	/* FB, FC, FD */
	static const uint8_t type[] = { REPEATS, SENDS_BREAK, 0 };

	for (unsigned i = 0; i < N_KEYS; i++)
		if (keys[i].set3 == set3) k->s.type[i] = type[command - CMD_KEY_TYPEMATIC];
	k->s.command = command; /* goes on with further keys, until a command comes */
	answer(k, ACK, ANSWER_NS);
}

static void select_set(struct ps2_keyboard_model *k, uint8_t set)
{
	if (set > 3) {
		k->s.command = CMD_SCAN_CODES; /* asks for a better option byte */
		answer(k, RESEND, ANSWER_NS);
		return;
	}
	if (set == 0) {
		answer(k, ACK, ANSWER_NS);
		answer(k,
		       (uint8_t)reg_apply_read(&ps2_keyboard_regs[PS2_KEYBOARD_MODEL_SET],
					       set_of(k)),
		       ANSWER_NS);
		return;
	}
	ps2_queue_clear(&k->s.codes);
	stop_repeat(k);
	set_option(k, PS2_KEYBOARD_MODEL_SET, set);
}

static void take_option(struct ps2_keyboard_model *k, uint8_t byte)
{
	uint8_t command = k->s.command;

	k->s.command = 0;
	switch (command) {
	case CMD_LEDS: set_option(k, PS2_KEYBOARD_MODEL_LEDS, byte); break;
	case CMD_TYPEMATIC: set_option(k, PS2_KEYBOARD_MODEL_TYPEMATIC, byte); break;
	case CMD_SCAN_CODES: select_set(k, byte); break;
	default: set_key_type(k, command, byte); break;
	}
}

static void take_type_command(struct ps2_keyboard_model *k, uint8_t byte)
{
	switch (byte) {
	case CMD_ALL_TYPEMATIC: set_all_types(k, REPEATS); break;
	case CMD_ALL_MAKE_BREAK: set_all_types(k, SENDS_BREAK); break;
	case CMD_ALL_MAKE: set_all_types(k, 0); break;
	case CMD_ALL_TYPEMATIC_MAKE_BREAK: set_all_types(k, REPEATS | SENDS_BREAK); break;
	default: k->s.command = byte; break; /* for one key: it follows */
	}
	answer(k, ACK, ANSWER_NS);
}

static void take_command(struct ps2_keyboard_model *k, uint8_t byte)
{
	k->s.command = 0;
	switch (byte) {
	case CMD_ECHO: answer(k, CMD_ECHO, ANSWER_NS); return;
	case CMD_LEDS:
	case CMD_SCAN_CODES:
	case CMD_TYPEMATIC: k->s.command = byte; break;
	case CMD_READ_ID:
		answer(k, ACK, ANSWER_NS);
		answer(k, ID_1, ANSWER_NS);
		answer(k, ID_2, ANSWER_NS);
		return;
	case CMD_ENABLE:
		ps2_queue_clear(&k->s.codes);
		stop_repeat(k);
		k->s.scanning = true;
		break;
	case CMD_DEFAULT_DISABLE:
	case CMD_DEFAULT:
		defaults(k);
		k->s.scanning = byte == CMD_DEFAULT;
		break;
	case CMD_RESEND: answer(k, k->s.last, ANSWER_NS); return;
	case CMD_RESET: k->s.command = CMD_RESET; break; /* starts once its ACK is taken */
	default:
		device_lint(&k->dev, NULL, "command", "unread: IBM PS/2 HITR, Keyboards, Commands",
			    byte, "0x%02x is no keyboard command", byte);
		answer(k, RESEND, ANSWER_NS);
		return;
	}
	answer(k, ACK, ANSWER_NS);
}

static bool pending(const void *device)
{
	const struct ps2_keyboard_model *k = device;

	if (k->s.answers_ready) return true;
	return k->s.codes.len && !k->s.answers.len && !k->s.testing && !k->s.command;
}

static uint8_t send(void *device)
{
	struct ps2_keyboard_model *k = device;

	if (k->s.answers_ready == 0) {
		k->s.last = ps2_queue_take(&k->s.codes);
		return k->s.last;
	}
	uint8_t byte = ps2_queue_take(&k->s.answers);
	k->s.answers_ready--;
	if (byte != RESEND) k->s.last = byte;
	if (k->s.command == CMD_RESET && byte == ACK) start_test(k, clock_now(k->clock));
	return byte;
}

/* A reset is also the way out when answers do not come. */
static void check_answered(const struct ps2_keyboard_model *k, uint8_t byte)
{
	if (!k->s.answers.len || byte == CMD_RESET) return;
	device_lint(&k->dev, NULL, "unanswered", "unread: IBM PS/2 HITR, Keyboards, Commands", byte,
		    "0x%02x comes before the answer to the byte before was taken", byte);
}

static void receive(void *device, uint8_t byte)
{
	struct ps2_keyboard_model *k = device;

	if (k->s.testing) return;
	check_answered(k, byte);
	drop_answers(k); /* a new command cancels what the last one still had to say */
	if (k->s.command == CMD_RESET) k->s.command = 0; /* and a reset whose ACK was not taken */
	if (k->s.command && byte < CMD_LEDS)
		take_option(k, byte);
	else if (byte >= CMD_ALL_TYPEMATIC && byte <= CMD_KEY_MAKE)
		take_type_command(k, byte);
	else
		take_command(k, byte);
}

/* --- Wiring --- */

void ps2_keyboard_model_init(struct ps2_keyboard_model *k, const char *instance,
			     const struct hub *hub, struct clock *clock)
{
	*k = (struct ps2_keyboard_model){
		.clock = clock,
		.port = { .pending = pending, .send = send, .receive = receive, .device = k },
	};
	device_init(&k->dev, &ps2_keyboard_ops, instance, hub, k->s.reg, &k->s, sizeof(k->s));
	k->answer_timer = clock_add_timer(clock, instance, on_answer, k);
	k->repeat_timer = clock_add_timer(clock, instance, on_repeat, k);
	ps2_keyboard_model_reset(k);
}

void ps2_keyboard_model_reset(struct ps2_keyboard_model *k)
{
	k->s = (struct ps2_keyboard_model_state){ .last = 0 };
	drop_answers(k);
	start_test(k, clock_now(k->clock));
}

void ps2_keyboard_model_bios_state(struct ps2_keyboard_model *k)
{
	ps2_keyboard_model_reset(k);
	drop_answers(k);
	k->s.testing = false;
	k->s.last = TEST_PASSED;
}

unsigned ps2_keyboard_model_room(const struct ps2_keyboard_model *k)
{
	unsigned used = k->s.codes.len;

	return used < PS2_KEYBOARD_MODEL_BUFFER ? PS2_KEYBOARD_MODEL_BUFFER - used : 0;
}

uint8_t ps2_keyboard_model_leds(const struct ps2_keyboard_model *k)
{
	return (uint8_t)k->s.reg[PS2_KEYBOARD_MODEL_LEDS];
}
