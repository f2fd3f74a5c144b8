/* SPDX-License-Identifier: MIT */
/* A PS/2 mouse on the second channel of a struct ps2, with or without a wheel, and its packets.
 * Configure it while reports are off: a report could be mistaken for an answer. */
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

enum { PS2_POINTER_PLAIN = 0, PS2_POINTER_WHEEL = 3 }; /* identification bytes */

/* Reset the mouse: stream mode, 100 reports a second, 4 counts per millimetre, no scaling, reports
 * off, no wheel. Takes as long as its self test. */
PS2_MUST_USE enum ps2_status ps2_pointer_reset(struct ps2 *ps2, uint8_t *id);
PS2_MUST_USE enum ps2_status ps2_pointer_identify(struct ps2 *ps2, uint8_t *id);
/* Enable the wheel, if there is one. Setting the sampling rates 200, 100, 80 in sequence enables
 * it; then the rate is set back to 100. `wheel`: true if there is a wheel, so packets have four
 * bytes. */
PS2_MUST_USE enum ps2_status ps2_pointer_enable_wheel(struct ps2 *ps2, bool *wheel);
/* Set the reports per second: 10, 20, 40, 60, 80, 100 or 200. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_rate(struct ps2 *ps2, unsigned rate);
/* Set the counts per millimetre: 1, 2, 4 or 8. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_resolution(struct ps2 *ps2, unsigned counts);
/* Double fast movements, or do not. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_scaling(struct ps2 *ps2, bool twofold);
/* Stream mode: report movements as they happen, not on request. */
PS2_MUST_USE enum ps2_status ps2_pointer_set_stream(struct ps2 *ps2);
/* Start or stop reporting. Unlike a keyboard, a mouse keeps its settings. */
PS2_MUST_USE enum ps2_status ps2_pointer_report(struct ps2 *ps2, bool on);

/* ---- packets: no device is accessed ---- */

/* Buttons, or'ed. */
enum ps2_pointer_button { PS2_POINTER_LEFT = 1, PS2_POINTER_RIGHT = 2, PS2_POINTER_MIDDLE = 4 };

struct ps2_motion {
	int16_t dx, dy;  /* counts, -256 to 255; positive: to the right, away from the user */
	int8_t wheel;    /* positive: towards the user */
	uint8_t buttons; /* PS2_POINTER_*, those held */
	bool overflow;   /* the mouse moved further than dx or dy can hold */
};

/* Assembles packets. Zero-initialised is valid: a mouse without a wheel. */
struct ps2_packet {
	bool wheel;
	uint8_t n; /* bytes of the current packet */
	uint8_t byte[4];
	uint32_t dropped; /* bytes dropped because no packet can begin with them */
};

void ps2_packet_init(struct ps2_packet *packet, bool wheel);
/* Drop an incomplete packet. Call it after a pause of about 20 ms: the next byte then begins a new
 * packet. */
void ps2_packet_restart(struct ps2_packet *packet);
/* Add one byte from the ring. True: the packet is complete, and *motion is set. A byte that cannot
 * begin a packet is dropped; so packets are found again after a lost byte. */
bool ps2_packet_feed(struct ps2_packet *packet, uint8_t byte, struct ps2_motion *motion);

#endif
