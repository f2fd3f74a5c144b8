/* SPDX-License-Identifier: MIT */
/* The 8042 of the IBM PS/2 and the PC/AT (Hardware Interface Technical Reference, Keyboard and
 * Auxiliary Device Controller), and the answers of devices. Internal. */
#ifndef DRIVERS_PS2_REGISTERS_H
#define DRIVERS_PS2_REGISTERS_H

#include "bimetal/ps2.h"

#define PS2_DATA    ((struct io_rw8){ 0 })
#define PS2_STATUS  ((struct io_ro8){ 4 })
#define PS2_COMMAND ((struct io_wo8){ 4 })

enum ps2_status_bit {
	PS2_STATUS_OBF = 0x01,  /* DATA holds a byte to read */
	PS2_STATUS_IBF = 0x02,  /* the controller has not taken our last byte */
	PS2_STATUS_MOBF = 0x20, /* the byte is the auxiliary device's */
	PS2_STATUS_TO = 0x40,   /* the device did not answer */
	PS2_STATUS_PE = 0x80,   /* parity */
	PS2_STATUS_FLOATS = 0xff
};

enum ps2_controller_command {
	PS2_CMD_READ_CONFIG = 0x20,
	PS2_CMD_WRITE_CONFIG = 0x60,
	PS2_CMD_DISABLE_AUX = 0xa7,
	PS2_CMD_ENABLE_AUX = 0xa8,
	PS2_CMD_TEST_AUX = 0xa9,
	PS2_CMD_SELF_TEST = 0xaa,
	PS2_CMD_TEST_KEYBOARD = 0xab,
	PS2_CMD_DISABLE_KEYBOARD = 0xad,
	PS2_CMD_ENABLE_KEYBOARD = 0xae,
	PS2_CMD_WRITE_AUX = 0xd4
};

enum { PS2_SELF_TEST_PASSED = 0x55, PS2_CHANNEL_TEST_PASSED = 0x00 };

enum ps2_config_bit {
	PS2_CONFIG_INT = 0x01,
	PS2_CONFIG_INT2 = 0x02,
	PS2_CONFIG_SYS = 0x04, /* the self test passed */
	PS2_CONFIG_DISABLE = 0x10,
	PS2_CONFIG_DISABLE2 = 0x20,
	PS2_CONFIG_XLATE = 0x40,
	PS2_CONFIG_ZERO = 0x88 /* not to be set */
};

/* Commands and answers common to both devices. */
enum ps2_device_byte {
	PS2_DEVICE_READ_ID = 0xf2,
	PS2_DEVICE_ENABLE = 0xf4,
	PS2_DEVICE_DISABLE = 0xf5, /* also sets its defaults */
	PS2_DEVICE_RESET = 0xff,

	PS2_DEVICE_TEST_PASSED = 0xaa,
	PS2_DEVICE_ACK = 0xfa,
	PS2_DEVICE_RESEND = 0xfe
};

/* Values of struct ps2's `talking`: whose answer is awaited. */
enum ps2_talk { PS2_TALK_NOBODY, PS2_TALK_KEYBOARD, PS2_TALK_AUX, PS2_TALK_CONTROLLER };

/* From now on bytes from `talk` are answers. Earlier answers are dropped. */
void ps2_begin(struct ps2 *ps2, enum ps2_talk talk);
void ps2_end(struct ps2 *ps2);
/* Take what the controller holds, at most a few bytes. Returns their number. */
unsigned ps2_drain(struct ps2 *ps2);
/* Write when the controller has taken the previous byte. */
enum ps2_status ps2_write_command(struct ps2 *ps2, uint8_t command);
enum ps2_status ps2_write_data(struct ps2 *ps2, uint8_t byte);
/* Wait for the next byte of the answer, at most `ns`. PS2_TIMEOUT: none came. PS2_NO_DEVICE: the
 * controller reports that none will come. */
enum ps2_status ps2_next_answer(struct ps2 *ps2, uint64_t ns, uint8_t *byte);
/* Put a byte that is no answer into the channel's ring. */
void ps2_set_aside(struct ps2 *ps2, enum ps2_channel channel, uint8_t byte);

#endif
