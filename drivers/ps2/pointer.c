/* SPDX-License-Identifier: MIT */
/* Commands of the mouse (PS/2 Hardware Interface Technical Reference, Mouse), and the sequence of
 * sampling rates that enables a wheel. */
#include "bimetal/ps2_pointer.h"
#include "registers.h"

enum {
	CMD_SCALING_OFF = 0xe6,
	CMD_SCALING_ON = 0xe7,
	CMD_RESOLUTION = 0xe8,
	CMD_STREAM = 0xea,
	CMD_RATE = 0xf3,

	DEFAULT_RATE = 100,
	N_RESOLUTIONS = 4
};

static enum ps2_status plain(struct ps2 *ps2, uint8_t command)
{
	return ps2_command(ps2, PS2_AUX, &command, 1, NULL, 0);
}

static enum ps2_status with_option(struct ps2 *ps2, uint8_t command, unsigned option)
{
	const uint8_t bytes[] = { command, (uint8_t)option };

	return ps2_command(ps2, PS2_AUX, bytes, sizeof(bytes), NULL, 0);
}

enum ps2_status ps2_pointer_reset(struct ps2 *ps2, uint8_t *id)
{
	return ps2_reset(ps2, PS2_AUX, id, 1);
}

enum ps2_status ps2_pointer_identify(struct ps2 *ps2, uint8_t *id)
{
	static const uint8_t command = PS2_DEVICE_READ_ID;

	return ps2_command(ps2, PS2_AUX, &command, 1, id, 1);
}

enum ps2_status ps2_pointer_enable_wheel(struct ps2 *ps2, bool *wheel)
{
	static const uint8_t knock[] = { 200, 100, 80 };
	enum ps2_status status = PS2_OK;
	uint8_t id = PS2_POINTER_PLAIN;

	if (!ps2 || !wheel) return PS2_NULL;
	for (unsigned i = 0; i < sizeof(knock) && !status; i++)
		status = with_option(ps2, CMD_RATE, knock[i]);
	if (!status) status = ps2_pointer_identify(ps2, &id);
	if (!status) status = with_option(ps2, CMD_RATE, DEFAULT_RATE);
	if (!status) *wheel = id == PS2_POINTER_WHEEL;
	return status;
}

enum ps2_status ps2_pointer_set_rate(struct ps2 *ps2, unsigned rate)
{
	static const uint8_t rates[] = { 10, 20, 40, 60, 80, 100, 200 };
	unsigned i = 0;

	if (!ps2) return PS2_NULL;
	while (i < sizeof(rates) && rates[i] != rate) i++;
	return i < sizeof(rates) ? with_option(ps2, CMD_RATE, rate) : PS2_BAD_ARG;
}

enum ps2_status ps2_pointer_set_resolution(struct ps2 *ps2, unsigned counts)
{
	unsigned code = 0;

	if (!ps2) return PS2_NULL;
	while (code < N_RESOLUTIONS && 1u << code != counts) code++;
	return code < N_RESOLUTIONS ? with_option(ps2, CMD_RESOLUTION, code) : PS2_BAD_ARG;
}

enum ps2_status ps2_pointer_set_scaling(struct ps2 *ps2, bool twofold)
{
	return plain(ps2, twofold ? CMD_SCALING_ON : CMD_SCALING_OFF);
}

enum ps2_status ps2_pointer_set_stream(struct ps2 *ps2) { return plain(ps2, CMD_STREAM); }

enum ps2_status ps2_pointer_report(struct ps2 *ps2, bool on)
{
	return plain(ps2, on ? PS2_DEVICE_ENABLE : PS2_DEVICE_DISABLE);
}
