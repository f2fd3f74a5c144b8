/* SPDX-License-Identifier: MIT */
/* What the screen says about itself (unread: VESA E-EDID, EDID structure 1.3; detailed timings). */
#include "internal.h"

enum {
	HEADER = 8,
	DETAILED = 54, /* the first detailed timing */
	H_ACTIVE_LOW = DETAILED + 2,
	H_HIGH = DETAILED + 4, /* bits 7:4 are of the active width */
	V_ACTIVE_LOW = DETAILED + 5,
	V_HIGH = DETAILED + 7,
	HIGH_BITS = 0xf0,
	HIGH_SHIFT = 4
};

enum bochs_display_status bochs_display_read_edid(const struct bochs_display *display,
						  unsigned first, uint8_t *bytes, size_t n)
{
	if (!display || (!bytes && n)) return BOCHS_DISPLAY_NULL;
	if (!display->mapped) return BOCHS_DISPLAY_LACKS;
	if (first > BOCHS_DISPLAY_EDID_SIZE || n > BOCHS_DISPLAY_EDID_SIZE - first)
		return BOCHS_DISPLAY_BOUNDS;
	for (size_t i = 0; i < n; i++)
		bytes[i] = io_read8(display->registers, BOCHS_DISPLAY_EDID + first + (uint32_t)i);
	return BOCHS_DISPLAY_OK;
}

static bool sound(const uint8_t block[BOCHS_DISPLAY_EDID_BLOCK])
{
	uint8_t sum = 0;

	for (unsigned i = 0; i < BOCHS_DISPLAY_EDID_BLOCK; i++) sum = (uint8_t)(sum + block[i]);
	for (unsigned i = 0; i < HEADER; i++)
		if (block[i] != (i == 0 || i == HEADER - 1 ? 0x00 : 0xff)) return false;
	return sum == 0;
}

static uint16_t active(const uint8_t *block, unsigned low, unsigned high)
{
	return (uint16_t)(block[low] | (block[high] & HIGH_BITS) << HIGH_SHIFT);
}

enum bochs_display_status bochs_display_preferred(const struct bochs_display *display,
						  uint16_t *width, uint16_t *height)
{
	uint8_t block[BOCHS_DISPLAY_EDID_BLOCK];

	if (!width || !height) return BOCHS_DISPLAY_NULL;
	const enum bochs_display_status status =
		bochs_display_read_edid(display, 0, block, sizeof(block));
	if (status != BOCHS_DISPLAY_OK) return status;
	if (!sound(block)) return BOCHS_DISPLAY_BAD_EDID;
	*width = active(block, H_ACTIVE_LOW, H_HIGH);
	*height = active(block, V_ACTIVE_LOW, V_HIGH);
	return BOCHS_DISPLAY_OK;
}
