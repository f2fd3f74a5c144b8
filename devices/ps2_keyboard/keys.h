/* SPDX-License-Identifier: MIT */
/* The keys of a 101- or 102-key keyboard, and the scan codes that they send. */
#ifndef DEVICES_PS2_KEYBOARD_KEYS_H
#define DEVICES_PS2_KEYBOARD_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/ps2_keyboard/model.h"

enum { PS2_KEYBOARD_N_KEYS = 105 };

/* Properties of a key in scan code set 3. */
enum { PS2_KEYBOARD_SENDS_BREAK = 1, PS2_KEYBOARD_REPEATS = 2 };

struct ps2_keyboard_key {
	uint16_t code; /* set 2, 0xe000: extended */
	uint8_t set1;  /* after E0 if extended */
	uint8_t set3;
	uint8_t type3; /* set 3 at power-on */
	uint8_t dress;
};

/* A key's row here is its index in the model's state too. */
extern const struct ps2_keyboard_key ps2_keyboard_keys[PS2_KEYBOARD_N_KEYS];

/* The bytes sent for one key press or release. */
struct ps2_keyboard_sequence {
	uint8_t byte[16];
	unsigned len;
};

/* The row of a key; PS2_KEYBOARD_N_KEYS: there is none of this code. */
unsigned ps2_keyboard_find(uint16_t code);
/* The scan code set selected, 1..3. */
unsigned ps2_keyboard_set(const struct ps2_keyboard_model *k);
/* Add what the key sends when it goes down (`make`) or up. */
void ps2_keyboard_movement(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
			   unsigned row, bool make);
/* Add what it sends when it is held; and whether it sends that at all. */
void ps2_keyboard_again(const struct ps2_keyboard_model *k, struct ps2_keyboard_sequence *q,
			unsigned row);
bool ps2_keyboard_repeats(const struct ps2_keyboard_model *k, unsigned row);

#endif
