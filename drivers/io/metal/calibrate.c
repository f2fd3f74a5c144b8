/* SPDX-License-Identifier: MIT */
/* Measures the time stamp counter with channel 2 of the 8254, because software controls its gate
 * and can read its output (82C54 data sheet; gate and output: PC/AT port 61h). */
#include "io.h"
#include "wait.h"

#define PIT_COUNTER2 ((struct io_rw8){ 0x42 })
#define PIT_CONTROL  ((struct io_wo8){ 0x43 })
#define PORT_B       ((struct io_rw8){ 0x61 })

enum {
	PORT_B_GATE2 = 0x01,
	PORT_B_SPEAKER = 0x02,
	PORT_B_WRITABLE = 0x0f, /* the upper half is status, and is written as 0 */
	PORT_B_OUT2 = 0x20,
	FLOATING = 0xff,            /* nothing answers: the speaker's bit was written as 0 */
	CHANNEL2_BOTH_MODE0 = 0xb0, /* both bytes; the output rises when the count ends */
	COUNT = 11932,              /* 10 ms at 1.193182 MHz */
	COUNTS_PER_SECOND = 100,
	COUNTS = 3,
	MAX_LOOKS = 10000000
};

/* The cycles of one count, with those of the accesses around it; 0: it does not end. */
static uint64_t count_once(struct io ports, uint8_t silent)
{
	io_write(ports, PORT_B, silent);
	io_write(ports, PIT_CONTROL, CHANNEL2_BOTH_MODE0);
	io_write(ports, PIT_COUNTER2, COUNT & 0xff);
	io_write(ports, PIT_COUNTER2, COUNT >> 8);
	uint64_t start = wait_tsc();
	io_write(ports, PORT_B, silent | PORT_B_GATE2);
	uint8_t now = 0;
	for (uint32_t i = 0; i < MAX_LOOKS && !(now & PORT_B_OUT2); i++)
		now = io_read(ports, PORT_B);
	uint64_t cycles = wait_tsc() - start;
	return now != FLOATING && now & PORT_B_OUT2 ? cycles : 0;
}

/* Firmware (SMIs), or a host that runs something else, can make a count seem longer, never shorter.
 */
uint64_t wait_calibrate(void)
{
	struct io ports = io_port(0);
	uint8_t before = io_read(ports, PORT_B);
	uint8_t kept = before & PORT_B_WRITABLE;
	uint8_t silent = (uint8_t)(kept & ~(PORT_B_SPEAKER | PORT_B_GATE2));
	uint64_t least = 0;

	if (before == FLOATING) return 0;
	for (unsigned i = 0; i < COUNTS; i++) {
		uint64_t cycles = count_once(ports, silent);
		if (cycles && (!least || cycles < least)) least = cycles;
	}
	io_write(ports, PORT_B, kept);
	return least * COUNTS_PER_SECOND;
}
