/* SPDX-License-Identifier: MIT */
/* Names of PC keys, the keys for each character of a US layout, and a queue that presses keys one
 * after the other, at typing speed, in virtual time. */
#ifndef HARNESS_CONSOLE_KEYS_H
#define HARNESS_CONSOLE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/clock.h"

enum {
	KEYS_MAX_CHORD = 4,
	KEYS_EXTENDED = 0xe000, /* or'ed in: an E0 byte precedes the code */
	KEY_FEED_SIZE = 1024,   /* presses and releases in the queue; a power of two */
	KEY_FEED_NS = 15000000  /* time between two of them, so a key is down this long */
};

/* Keys held together, in the order they go down. Codes are make codes of scan code set 2. */
struct key_chord {
	uint16_t code[KEYS_MAX_CHORD];
	size_t n;
};

/* Parse "enter", "f1", "ctrl+c", "ctrl+alt+delete". False: an unknown key, or too many keys. */
bool keys_parse(const char *text, struct key_chord *chord);
/* The chord that types a character: printable ASCII, newline, tab, backspace, escape. */
bool keys_for_char(char c, struct key_chord *chord);

struct key_feed_state { /* plain data: part of a snapshot */
	struct {
		uint16_t code;
		bool down;
	} move[KEY_FEED_SIZE];
	uint32_t head, len;
};

struct key_feed {
	struct clock *clock;
	unsigned timer;
	void (*move)(void *ctx, uint16_t code, bool down);
	void *ctx;
	struct key_feed_state s;
};

/* Call this while the machine is being built, as it adds a timer to the clock. */
void key_feed_init(struct key_feed *f, struct clock *clock,
		   void (*move)(void *ctx, uint16_t code, bool down), void *ctx);
/* Queue a press of each key of the chord, then their releases in reverse order. False: no room, and
 * nothing was queued. */
bool key_feed_press(struct key_feed *f, const struct key_chord *chord);
bool key_feed_idle(const struct key_feed *f);

#endif
