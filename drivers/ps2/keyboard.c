/* SPDX-License-Identifier: MIT */
/* Commands of the keyboard (PS/2 Hardware Interface Technical Reference, Keyboards). */
#include "bimetal/ps2_kbd.h"
#include "registers.h"

enum {
	CMD_LEDS = 0xed,
	CMD_SCAN_CODES = 0xf0,
	CMD_TYPEMATIC = 0xf3,

	LEDS = PS2_KBD_SCROLL_LOCK | PS2_KBD_NUM_LOCK | PS2_KBD_CAPS_LOCK,
	SETS = 3,
	ASK_SET = 0,
	DELAYS = 4,
	DELAY_SHIFT = 5,
	ID_BYTES = 2,
	BYTE_BITS = 8,

	/* A translating controller translates answers, too. */
	ID_SECOND = 0x83,
	ID_SECOND_TRANSLATED = 0x41,
	SET_1_TRANSLATED = 0x43,
	SET_2_TRANSLATED = 0x41,
	SET_3_TRANSLATED = 0x3f
};

static enum ps2_status with_option(struct ps2 *ps2, uint8_t command, unsigned option)
{
	const uint8_t bytes[] = { command, (uint8_t)option };

	return ps2_command(ps2, PS2_KEYBOARD, bytes, sizeof(bytes), NULL, 0);
}

enum ps2_status ps2_kbd_reset(struct ps2 *ps2) { return ps2_reset(ps2, PS2_KEYBOARD, NULL, 0); }

enum ps2_status ps2_kbd_identify(struct ps2 *ps2, uint16_t *id)
{
	uint8_t byte[ID_BYTES];
	unsigned n = ID_BYTES;

	if (!ps2 || !id) return PS2_NULL;
	enum ps2_status status = ps2_ask(ps2, PS2_KEYBOARD, PS2_DEVICE_READ_ID, byte, &n);
	if (status) return status;
	*id = PS2_KBD_AT;
	if (n < ID_BYTES) return PS2_OK;
	if (ps2->config & PS2_CONFIG_XLATE && byte[1] == ID_SECOND_TRANSLATED) byte[1] = ID_SECOND;
	*id = (uint16_t)(byte[0] << BYTE_BITS | byte[1]);
	return PS2_OK;
}

enum ps2_status ps2_kbd_set_scan_set(struct ps2 *ps2, unsigned set)
{
	if (!ps2) return PS2_NULL;
	if (set < 1 || set > SETS) return PS2_BAD_ARG;
	return with_option(ps2, CMD_SCAN_CODES, set);
}

enum ps2_status ps2_kbd_get_scan_set(struct ps2 *ps2, unsigned *set)
{
	static const uint8_t bytes[] = { CMD_SCAN_CODES, ASK_SET };
	uint8_t byte;

	if (!ps2 || !set) return PS2_NULL;
	enum ps2_status status =
		ps2_command(ps2, PS2_KEYBOARD, bytes, sizeof(bytes), &byte, sizeof(byte));
	if (status) return status;
	switch (byte) {
	case SET_1_TRANSLATED: *set = 1; break;
	case SET_2_TRANSLATED: *set = 2; break;
	case SET_3_TRANSLATED: *set = 3; break;
	default: *set = byte; break;
	}
	return PS2_OK;
}

enum ps2_status ps2_kbd_set_leds(struct ps2 *ps2, unsigned leds)
{
	if (!ps2) return PS2_NULL;
	if (leds & ~(unsigned)LEDS) return PS2_BAD_ARG;
	return with_option(ps2, CMD_LEDS, leds);
}

enum ps2_status ps2_kbd_set_typematic(struct ps2 *ps2, unsigned delay_ms, unsigned rate)
{
	unsigned steps = delay_ms / PS2_KBD_DELAY_STEP_MS;

	if (!ps2) return PS2_NULL;
	if (delay_ms % PS2_KBD_DELAY_STEP_MS || steps < 1 || steps > DELAYS) return PS2_BAD_ARG;
	if (rate > PS2_KBD_MAX_RATE) return PS2_BAD_ARG;
	return with_option(ps2, CMD_TYPEMATIC, (steps - 1) << DELAY_SHIFT | rate);
}

enum ps2_status ps2_kbd_scan(struct ps2 *ps2, bool on)
{
	const uint8_t byte = on ? PS2_DEVICE_ENABLE : PS2_DEVICE_DISABLE;

	return ps2_command(ps2, PS2_KEYBOARD, &byte, 1, NULL, 0);
}
