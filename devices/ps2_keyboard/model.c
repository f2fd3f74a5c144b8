/* SPDX-License-Identifier: MIT */
#include "devices/ps2_keyboard/model.h"

#include <string.h>

#include "devices/ps2_keyboard/keys.h"
#include "devices/ps2_keyboard/lints.h"

/* Times. The manual gives limits (an answer within 20 ms, the test in 300..500 ms or more); these
 * values are within them. */
#define ANSWER_NS    UINT64_C(500000)
#define SELF_TEST_NS UINT64_C(500000000)

enum {
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

/* clang-format off: keep the columns of the table */
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

static void reset_device(struct device *dev)
{
	ps2_keyboard_model_reset((struct ps2_keyboard_model *)dev);
}

const struct device_ops ps2_keyboard_model_ops = {
	.name = "ps2_keyboard",
	.about = &ps2_keyboard_about,
	.regs = ps2_keyboard_regs,
	.n_regs = PS2_KEYBOARD_MODEL_N_REGS,
	.reset = reset_device,
};

/* --- Keys --- */

/* Queue the whole sequence, or an overrun marker: half a sequence would be misread. */
static void queue_codes(struct ps2_keyboard_model *k, const struct ps2_keyboard_sequence *q)
{
	struct ps2_queue *codes = &k->s.codes;
	uint8_t marker = ps2_keyboard_set(k) == 1 ? OVERRUN_SET1 : OVERRUN;

	if (q->len == 0) return;
	/* The queue is larger than a keyboard's buffer, and so takes the marker too. */
	if (codes->len + q->len <= PS2_KEYBOARD_MODEL_BUFFER) {
		for (unsigned i = 0; i < q->len; i++) (void)ps2_queue_put(codes, q->byte[i]);
	} else if (ps2_queue_last(codes) != marker) {
		(void)ps2_queue_put(codes, marker);
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

static void stop_repeat(struct ps2_keyboard_model *k)
{
	k->s.repeat = 0;
	clock_disarm(k->clock, k->repeat_timer);
}

static void on_repeat(void *ctx, uint64_t due_ns)
{
	struct ps2_keyboard_model *k = ctx;
	struct ps2_keyboard_sequence q = { .len = 0 };

	if (k->s.repeat == 0) return;
	clock_arm(k->clock, k->repeat_timer, due_ns + period_ns(k));
	/* Repeats are not stored while earlier codes wait to be read. */
	if (k->s.codes.len) return;
	ps2_keyboard_again(k, &q, k->s.repeat - 1u);
	queue_codes(k, &q);
}

bool ps2_keyboard_model_key(struct ps2_keyboard_model *k, uint16_t key, bool pressed)
{
	unsigned row = ps2_keyboard_find(key);
	struct ps2_keyboard_sequence q = { .len = 0 };

	if (row == PS2_KEYBOARD_N_KEYS || k->s.down[row] == pressed) return false;
	if (pressed) k->s.down[row] = 1;
	if (k->s.scanning && !k->s.testing) ps2_keyboard_movement(k, &q, row, pressed);
	k->s.down[row] = pressed;
	if (pressed && k->s.scanning && !k->s.testing && ps2_keyboard_repeats(k, row)) {
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
	/* There is room: each byte from the host drops unsent answers, and causes fewer than five.
	 */
	(void)ps2_queue_put(&k->s.answers, byte);
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
	memset(k->s.type, type, PS2_KEYBOARD_N_KEYS);
}

/* The defaults that F5, F6 and a reset restore. */
static void defaults(struct ps2_keyboard_model *k)
{
	k->s.reg[PS2_KEYBOARD_MODEL_TYPEMATIC] = DEFAULT_TYPEMATIC;
	k->s.reg[PS2_KEYBOARD_MODEL_SET] = DEFAULT_SET;
	for (unsigned i = 0; i < PS2_KEYBOARD_N_KEYS; i++)
		k->s.type[i] = ps2_keyboard_keys[i].type3;
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
		(void)ps2_queue_put(&k->s.answers, TEST_PASSED); /* the queue is empty */
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
	static const uint8_t type[] = { PS2_KEYBOARD_REPEATS, PS2_KEYBOARD_SENDS_BREAK, 0 };

	for (unsigned i = 0; i < PS2_KEYBOARD_N_KEYS; i++)
		if (ps2_keyboard_keys[i].set3 == set3)
			k->s.type[i] = type[command - CMD_KEY_TYPEMATIC];
	k->s.command = command; /* more keys may follow, until a command comes */
	answer(k, ACK, ANSWER_NS);
}

static void select_set(struct ps2_keyboard_model *k, uint8_t set)
{
	if (set > 3) {
		k->s.command = CMD_SCAN_CODES; /* still waits for a valid option byte */
		answer(k, RESEND, ANSWER_NS);
		return;
	}
	if (set == 0) {
		answer(k, ACK, ANSWER_NS);
		answer(k,
		       (uint8_t)reg_apply_read(&ps2_keyboard_regs[PS2_KEYBOARD_MODEL_SET],
					       ps2_keyboard_set(k)),
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
	case CMD_ALL_TYPEMATIC: set_all_types(k, PS2_KEYBOARD_REPEATS); break;
	case CMD_ALL_MAKE_BREAK: set_all_types(k, PS2_KEYBOARD_SENDS_BREAK); break;
	case CMD_ALL_MAKE: set_all_types(k, 0); break;
	case CMD_ALL_TYPEMATIC_MAKE_BREAK:
		set_all_types(k, PS2_KEYBOARD_REPEATS | PS2_KEYBOARD_SENDS_BREAK);
		break;
	default: k->s.command = byte; break; /* for one key, which follows */
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
	case CMD_RESET: k->s.command = CMD_RESET; break; /* starts after its ACK was read */
	default:
		device_lint(&k->dev, &ps2_keyboard_lints[PS2_KEYBOARD_LINT_COMMAND], NULL, byte,
			    "0x%02x is no keyboard command", byte);
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

/* A reset is exempt: it is also the way to recover when no answers come. */
static void check_answered(const struct ps2_keyboard_model *k, uint8_t byte)
{
	if (!k->s.answers.len || byte == CMD_RESET) return;
	device_lint(&k->dev, &ps2_keyboard_lints[PS2_KEYBOARD_LINT_UNANSWERED], NULL, byte,
		    "0x%02x was sent before the answer to the previous byte was read", byte);
}

static void receive(void *device, uint8_t byte)
{
	struct ps2_keyboard_model *k = device;

	if (k->s.testing) return;
	check_answered(k, byte);
	drop_answers(k);                                 /* a new command cancels unsent answers */
	if (k->s.command == CMD_RESET) k->s.command = 0; /* and a reset whose ACK was not read */
	if (k->s.command && byte < CMD_LEDS)
		take_option(k, byte);
	else if (byte >= CMD_ALL_TYPEMATIC && byte <= CMD_KEY_MAKE)
		take_type_command(k, byte);
	else
		take_command(k, byte);
}

/* --- Initialisation and reset --- */

void ps2_keyboard_model_init(struct ps2_keyboard_model *k, const char *instance,
			     const struct hub *hub, struct clock *clock)
{
	*k = (struct ps2_keyboard_model){
		.clock = clock,
		.port = { .pending = pending, .send = send, .receive = receive, .device = k },
	};
	device_init(&k->dev, &ps2_keyboard_model_ops, instance, hub, k->s.reg, &k->s, sizeof(k->s));
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
