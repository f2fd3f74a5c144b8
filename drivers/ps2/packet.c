/* SPDX-License-Identifier: MIT */
/* The packets that a mouse sends in stream mode. */
#include "bimetal/ps2_pointer.h"

enum { /* of the first byte */
       BUTTONS = 0x07,
       ALWAYS_1 = 0x08,
       X_SIGN = 0x10,
       Y_SIGN = 0x20,
       X_OVERFLOW = 0x40,
       Y_OVERFLOW = 0x80
};

enum { SIZE = 3, SIZE_WITH_WHEEL = 4, NINTH_BIT = 0x100, MAX = 0xff };

void ps2_packet_init(struct ps2_packet *packet, bool wheel)
{
	if (!packet) return;
	packet->wheel = wheel;
	packet->n = 0;
	packet->dropped = 0;
}

void ps2_packet_restart(struct ps2_packet *packet)
{
	if (packet) packet->n = 0;
}

/* Nine bits, two's complement; the sign is in the first byte. */
static int16_t movement(uint8_t low, bool negative, bool overflow)
{
	if (overflow) return negative ? -NINTH_BIT : MAX;
	return (int16_t)(negative ? low - NINTH_BIT : low);
}

bool ps2_packet_feed(struct ps2_packet *packet, uint8_t byte, struct ps2_motion *motion)
{
	if (!packet || !motion) return false;
	if (packet->n == 0 && !(byte & ALWAYS_1)) {
		packet->dropped++;
		return false;
	}
	packet->byte[packet->n++] = byte;
	if (packet->n < (packet->wheel ? SIZE_WITH_WHEEL : SIZE)) return false;
	packet->n = 0;
	uint8_t first = packet->byte[0];
	motion->dx = movement(packet->byte[1], first & X_SIGN, first & X_OVERFLOW);
	motion->dy = movement(packet->byte[2], first & Y_SIGN, first & Y_OVERFLOW);
	motion->wheel = 0;
	if (packet->wheel) motion->wheel = (int8_t)packet->byte[3];
	motion->buttons = first & BUTTONS;
	motion->overflow = first & (X_OVERFLOW | Y_OVERFLOW);
	return true;
}
