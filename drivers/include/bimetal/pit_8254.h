/* SPDX-License-Identifier: MIT */
/* The PC's interval timer, an 8254 (Intel 231164) of three channels clocked at 1.193182 MHz: 0
 * drives interrupt line 0, 1 once refreshed the memory, 2 has a gate and an output that software
 * reaches at port 61h, and the speaker.
 *
 *	static enum pit_status tick_100_times_a_second(struct pit *pit, struct wait wait)
 *	{
 *		enum pit_status status = pit_init(pit, io_port(0), wait);
 *
 *		return status == PIT_OK ? pit_set_rate(pit, 0, 100) : status;
 *	}
 *
 * One CPU at a time may use the handle; calls may be interrupted by calls from handlers. */
#ifndef BIMETAL_PIT_8254_H
#define BIMETAL_PIT_8254_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define PIT_MUST_USE __attribute__((warn_unused_result))

enum pit_status {
	PIT_OK,
	PIT_NULL,           /* a null pointer */
	PIT_BAD_BASE,       /* not the machine's ports from 0 on */
	PIT_BAD_CHANNEL,    /* over 2 */
	PIT_BAD_MODE,       /* over 5 */
	PIT_BAD_COUNT,      /* 0, 1 where the mode repeats, or over PIT_MAX_COUNT */
	PIT_BAD_RATE,       /* no count divides the clock down to it */
	PIT_BAD_TIME,       /* 0, or longer than PIT_MAX_NS */
	PIT_NOT_PROGRAMMED, /* the channel was not set by this driver */
	PIT_ABSENT,         /* nobody answers */
	PIT_TIMEOUT         /* channel 2 does not count */
};

enum {
	PIT_HZ = 1193182,
	PIT_CHANNELS = 3,
	PIT_MAX_COUNT = 65536,
	PIT_MAX_NS = 54900000 /* of one count-down, rounded down from 54.92 ms */
};

/* Intel's names; OUT is the channel's output, GATE its input, high for channels 0 and 1. */
enum pit_mode {
	PIT_TERMINAL_COUNT,  /* OUT rises once, count + 1 clocks later */
	PIT_ONE_SHOT,        /* GATE's rise makes OUT low for count clocks */
	PIT_RATE_GENERATOR,  /* OUT is low for one in count clocks, for ever */
	PIT_SQUARE_WAVE,     /* OUT is low for half of count clocks, for ever */
	PIT_SOFTWARE_STROBE, /* OUT is low for one clock, once */
	PIT_HARDWARE_STROBE  /* the same, begun by GATE's rise */
};

/* The caller's memory, the driver's contents. */
struct pit {
	struct io io;
	struct wait wait;
	uint8_t programmed; /* bit n: channel n */
};

/* Find the timer; its channels go on as they are. `io`: the machine's ports from 0 on. An 8253,
 * which knows no read-back command, is not found. After an error the handle must not be used. */
PIT_MUST_USE enum pit_status pit_init(struct pit *pit, struct io io, struct wait wait);

/* ---- counts ---- */

/* The count whose rate is nearest to `hz`: 19 Hz to 795454 Hz. No access. */
PIT_MUST_USE enum pit_status pit_count_of_hz(uint32_t hz, uint32_t *count);
/* The least count that takes `ns` or longer, 1 to PIT_MAX_NS. No access. */
PIT_MUST_USE enum pit_status pit_count_of_ns(uint32_t ns, uint32_t *count);

/* Begin anew with this mode and count, 1 (2 where it repeats) to PIT_MAX_COUNT. */
PIT_MUST_USE enum pit_status pit_program(struct pit *pit, unsigned channel, enum pit_mode mode,
					 uint32_t count);
/* Periodic from now on, as a rate generator. */
PIT_MUST_USE enum pit_status pit_set_rate(struct pit *pit, unsigned channel, uint32_t hz);
/* OUT rises once, no earlier than `ns` from now and no more than four clocks later. */
PIT_MUST_USE enum pit_status pit_set_timer(struct pit *pit, unsigned channel, uint32_t ns);

/* The count now, latched: 0 means PIT_MAX_COUNT; of a square wave it falls by two a clock. */
PIT_MUST_USE enum pit_status pit_read(struct pit *pit, unsigned channel, uint16_t *count);

struct pit_state {
	uint16_t count;     /* as of pit_read(), decimal digits of a BCD channel converted */
	enum pit_mode mode; /* as programmed, by whomever */
	bool out;           /* level of OUT */
	bool null_count;    /* what was written is not loaded yet: `count` is of no use */
};

/* Count and status at one instant, of a channel that anybody has programmed. */
PIT_MUST_USE enum pit_status pit_read_back(struct pit *pit, unsigned channel,
					   struct pit_state *state);

/* ---- channel 2 ---- */

/* Its GATE. Port 61h's other bits stay. PIT_ABSENT: there is no port 61h. */
PIT_MUST_USE enum pit_status pit_set_gate2(struct pit *pit, bool high);
/* A tone, 19 Hz and up, until pit_silence(). */
PIT_MUST_USE enum pit_status pit_tone(struct pit *pit, uint32_t hz);
PIT_MUST_USE enum pit_status pit_silence(struct pit *pit);
/* Wait by channel 2 for `ns` or a little longer, with the speaker off; gate and speaker are put
 * back, what the channel did before is not. PIT_TIMEOUT: after four times as long, by the other
 * clock, and 1 ms it still counts. */
PIT_MUST_USE enum pit_status pit_wait(struct pit *pit, uint32_t ns);

#endif
