/* SPDX-License-Identifier: MIT */
/* A PS/2 mouse on the second channel of a struct ps2, with or without a wheel, and the packets that
 * it sends. Set it up while it reports nothing: what it says of its own accord could be taken for
 * an answer. */
#ifndef BIMETAL_PS2_POINTER_H
#define BIMETAL_PS2_POINTER_H

/* For example:
 *
 *	static bool next_motion(struct ps2_ring *ring, struct ps2_packet *packet,
 *				struct ps2_motion *motion)
 *	{
 *		uint8_t byte;
 *
 *		while (ps2_ring_take(ring, &byte) == PS2_OK)
 *			if (ps2_packet_feed(packet, byte, motion)) return true;
 *		return false;
 *	}
 */

#include "bimetal/ps2.h"

enum { PS2_POINTER_PLAIN = 0, PS2_POINTER_WHEEL = 3 }; /* what it calls itself */

/* Reset it: stream mode, 100 reports a second, 4 counts a millimetre, no scaling, reports off, no
 * wheel. Takes its self test's time. */
PS2_MUST_USE enum ps2_status ps2_pointer_reset(struct ps2 *ps2, uint8_t *id);
PS2_MUST_USE enum ps2_status ps2_pointer_identify(struct ps2 *ps2, uint8_t *id);
/* Turn the wheel on, if there is one, by the knock of sampling rates 200, 100, 80 to which mice
 * with a wheel listen; then back to 100. `wheel`: whether there is one, so that packets have four
 * bytes. */
PS2_MUST_USE enum ps2_status ps2_pointer_enable_wheel(struct ps2 *ps2, bool *wheel);
/* Reports a second: 10, 20, 40, 60, 80, 100 or 200. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_rate(struct ps2 *ps2, unsigned rate);
/* Counts a millimetre: 1, 2, 4 or 8. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_resolution(struct ps2 *ps2, unsigned counts);
/* Double fast movements, or none. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_scaling(struct ps2 *ps2, bool twofold);
/* Report movements as they happen, not on demand. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_stream(struct ps2 *ps2);
/* Report, or do not; unlike a keyboard, it keeps its settings. */
PS2_MUST_USE enum ps2_status ps2_pointer_report(struct ps2 *ps2, bool on);

/* ---- packets: no device is touched ---- */

/* Buttons, or'ed. */
enum ps2_pointer_button { PS2_POINTER_LEFT = 1, PS2_POINTER_RIGHT = 2, PS2_POINTER_MIDDLE = 4 };

struct ps2_motion {
	int16_t dx, dy;  /* counts, -256 to 255: to the right, and away from the user */
	int8_t wheel;    /* towards the user positive */
	uint8_t buttons; /* PS2_POINTER_*, those held */
	bool overflow;   /* it moved further than dx or dy can say: the limit is given */
};

/* Puts packets together. Zero-initialised is valid: without wheel. */
struct ps2_packet {
	bool wheel;
	uint8_t n; /* bytes of the packet under way */
	uint8_t byte[4];
	uint32_t dropped; /* bytes that could not begin a packet */
};

void ps2_packet_init(struct ps2_packet *packet, bool wheel);
/* Throw away a packet that did not come to its end: after a pause of some 20 ms what comes next is
 * the first byte of another. */
void ps2_packet_restart(struct ps2_packet *packet);
/* One byte from the ring. True: it ended a packet, and *motion is set. A byte that cannot be a
 * packet's first is dropped, so that after a lost byte packets are found again. */
bool ps2_packet_feed(struct ps2_packet *packet, uint8_t byte, struct ps2_motion *motion);

#endif
