/* SPDX-License-Identifier: MIT */
/* An IBM PS/2 keyboard (101/102/104 keys): scan code sets 1, 2 and 3, all host commands, power-on
 * test, typematic repeat, 16-byte buffer. It is connected through a struct ps2_port.
 *
 * Not modelled: parity errors on the cable, a failing self test. */
#ifndef DEVICES_PS2_KEYBOARD_MODEL_H
#define DEVICES_PS2_KEYBOARD_MODEL_H

#include "devices/ps2_controller/port.h"
#include "emu/clock.h"
#include "emu/ends.h"
#include "emu/regs.h"

/* A key is identified by its make code in scan code set 2; keys with an E0 prefix have 0xe000
 * added. These are the keys that code here refers to by name. */
enum ps2_key {
	PS2_KEY_F7 = 0x83,
	PS2_KEY_LEFT_CTRL = 0x14,
	PS2_KEY_LEFT_SHIFT = 0x12,
	PS2_KEY_LEFT_ALT = 0x11,
	PS2_KEY_RIGHT_SHIFT = 0x59,
	PS2_KEY_RIGHT_CTRL = 0xe014,
	PS2_KEY_RIGHT_ALT = 0xe011,
	PS2_KEY_NUM_LOCK = 0x77,
	PS2_KEY_SCROLL_LOCK = 0x7e,
	PS2_KEY_ENTER = 0x5a,
	PS2_KEY_A = 0x1c,
	PS2_KEY_UP = 0xe075,
	PS2_KEY_KEYPAD_SLASH = 0xe04a,
	PS2_KEY_PRINT_SCREEN = 0xe07c, /* sends E0 12 E0 7C, or 84 with Alt */
	PS2_KEY_PAUSE = 0xe177         /* sends E1 14 77 E1 F0 14 F0 77, or E0 7E with Ctrl */
};

/* The values that option bytes of commands set, modelled as registers. */
enum ps2_keyboard_model_reg {
	PS2_KEYBOARD_MODEL_LEDS,      /* command ED */
	PS2_KEYBOARD_MODEL_TYPEMATIC, /* command F3 */
	PS2_KEYBOARD_MODEL_SET,       /* command F0: 1, 2 or 3 */
	PS2_KEYBOARD_MODEL_N_REGS
};

enum {
	PS2_KEYBOARD_MODEL_BUFFER =
		16, /* bytes of scan codes; the 17th becomes an overrun marker */
	PS2_KEYBOARD_MODEL_MAX_KEYS = 128,
	PS2_LED_SCROLL = 1,
	PS2_LED_NUM = 2,
	PS2_LED_CAPS = 4
};

struct ps2_keyboard_model_state {
	uint64_t reg[PS2_KEYBOARD_MODEL_N_REGS];
	struct ps2_queue codes;   /* scan codes waiting */
	struct ps2_queue answers; /* sent before scan codes */
	uint8_t answers_ready;    /* how many of them are ready to be sent */
	uint8_t command;          /* waiting for its option byte; 0: none */
	uint8_t last;             /* the last byte sent, for a resend */
	bool scanning;            /* keys are scanned */
	bool testing;             /* self test running: commands are ignored, keys are lost */
	uint8_t repeat;           /* row of the repeating key + 1; 0: none */
	uint8_t down[PS2_KEYBOARD_MODEL_MAX_KEYS]; /* by row */
	uint8_t type[PS2_KEYBOARD_MODEL_MAX_KEYS]; /* by row: key types of set 3 */
};

struct ps2_keyboard_model {
	struct device dev; /* on no bus; it names lints and holds the state */
	struct clock *clock;
	struct ps2_port port;
	unsigned answer_timer, repeat_timer;
	struct ps2_keyboard_model_state s;
};

extern const struct reg_desc ps2_keyboard_regs[PS2_KEYBOARD_MODEL_N_REGS];

/* Connect and power on, as ps2_keyboard_model_reset(). */
void ps2_keyboard_model_init(struct ps2_keyboard_model *k, const char *instance,
			     const struct hub *hub, struct clock *clock);
/* Power-on: all keys up. The self test takes half a second, then AA is sent. */
void ps2_keyboard_model_reset(struct ps2_keyboard_model *k);
/* Set the state that a BIOS leaves: test passed and its answer read, set 2, scanning, nothing
 * queued. */
void ps2_keyboard_model_bios_state(struct ps2_keyboard_model *k);
/* Press or release a key. False: the keyboard does not have this key, or its state does not change.
 */
bool ps2_keyboard_model_key(struct ps2_keyboard_model *k, uint16_t key, bool pressed);
/* This as the keyboard of its machine. */
struct keyboard_end ps2_keyboard_model_end(struct ps2_keyboard_model *k);
/* Bytes of scan codes that still fit in the buffer. */
unsigned ps2_keyboard_model_room(const struct ps2_keyboard_model *k);
/* The LEDs that the host has switched on: PS2_LED_*. */
uint8_t ps2_keyboard_model_leds(const struct ps2_keyboard_model *k);
/* What it is, and how it answers. */
extern const struct device_about ps2_keyboard_about;
extern const struct device_ops ps2_keyboard_model_ops;

#endif
