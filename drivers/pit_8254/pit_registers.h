/* SPDX-License-Identifier: MIT */
/* Registers of the 8254, by port (Intel 231164), and port 61h as chipsets document it (82371AB
 * (PIIX4) datasheet, 4.2.4.1). */
#ifndef DRIVERS_PIT_8254_PIT_REGISTERS_H
#define DRIVERS_PIT_8254_PIT_REGISTERS_H

#include "bimetal/pit_8254.h"

#define PIT_COUNTER0 ((struct io_rw8){ 0x40 })
#define PIT_CONTROL  ((struct io_wo8){ 0x43 })
#define PIT_PORT_61  ((struct io_rw8){ 0x61 })

/* Control word: channel 7:6, access 5:4, mode 3:1. */
enum pit_control {
	PIT_CHANNEL_SHIFT = 6,
	PIT_ACCESS_LATCH = 0x00,
	PIT_ACCESS_LOW = 0x10,
	PIT_ACCESS_HIGH = 0x20,
	PIT_ACCESS_BOTH = 0x30,
	PIT_MODE_SHIFT = 1,
	PIT_MODE = 0x0e,
	PIT_BCD = 0x01
};

/* Read-back command. A 0 in bit 5 latches the count, a 0 in bit 4 the status. Bits 3:1 select
 * channels. */
enum pit_read_back_command {
	PIT_READ_BACK = 0xc0,
	PIT_NO_COUNT = 0x20,
	PIT_READ_BACK_CHANNEL0 = 0x02
};

/* Status byte. Its low six bits are those of the control word. */
enum pit_status_byte { PIT_STATUS_OUT = 0x80, PIT_STATUS_NULL = 0x40 };

enum pit_port_61 {
	PIT_61_GATE2 = 0x01,
	PIT_61_SPEAKER = 0x02,
	PIT_61_WRITABLE = 0x0f, /* the others must be written as 0 */
	PIT_61_OUT2 = 0x20
};

enum { PIT_FLOATING = 0xff };

#endif
