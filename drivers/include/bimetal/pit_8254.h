/* SPDX-License-Identifier: MIT */
/* The PC's interval timer, an 8254 (Intel 231164) with three channels clocked at 1.193182 MHz.
 * Channel 0 drives interrupt line 0. Channel 1 refreshed memory on old boards. Channel 2 drives the
 * speaker; software controls its gate and reads its output at port 61h.
 *
 *	static enum pit_status tick_100_times_a_second(struct pit *pit, struct wait wait)
 *	{
 *		enum pit_status status = pit_init(pit, io_port(0), wait);
 *
 *		return status == PIT_OK ? pit_set_rate(pit, 0, 100) : status;
 *	}
 *
 * Only one CPU at a time may use the handle. A call may be interrupted by a handler that calls this
 * driver. */
#ifndef BIMETAL_PIT_8254_H
#define BIMETAL_PIT_8254_H

#include <stdbool.h>
#include <stdint.h>

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define PIT_MUST_USE __attribute__((warn_unused_result))

enum pit_status {
	PIT_OK,
	PIT_NULL,           /* a null pointer */
	PIT_BAD_BASE,       /* `io` must be io_port(0) */
	PIT_BAD_CHANNEL,    /* over 2 */
	PIT_BAD_MODE,       /* over 5 */
	PIT_BAD_COUNT,      /* 0, or 1 in a periodic mode, or over PIT_MAX_COUNT */
	PIT_BAD_RATE,       /* no count gives this rate */
	PIT_BAD_TIME,       /* 0, or longer than PIT_MAX_NS */
	PIT_NOT_PROGRAMMED, /* the channel was not set by this driver */
	PIT_ABSENT,         /* nothing answers at the ports */
	PIT_TIMEOUT         /* channel 2 does not count */
};

enum {
	PIT_HZ = 1193182,
	PIT_CHANNELS = 3,
	PIT_MAX_COUNT = 65536,
	PIT_MAX_NS = 54900000 /* the longest count, 54.92 ms, rounded down */
};

/* The names are Intel's. OUT is the channel's output. GATE is its input, always high on channels 0
 * and 1. */
enum pit_mode {
	PIT_TERMINAL_COUNT,  /* OUT rises once, count + 1 clocks later */
	PIT_ONE_SHOT,        /* a rising GATE makes OUT low for count clocks */
	PIT_RATE_GENERATOR,  /* periodic: OUT is low for one clock in every count */
	PIT_SQUARE_WAVE,     /* periodic: OUT is low for half of every count */
	PIT_SOFTWARE_STROBE, /* OUT is low for one clock, once */
	PIT_HARDWARE_STROBE  /* OUT is low for one clock, once; a rising GATE starts it */
};

/* The handle: allocated by the caller, used only by the driver. */
struct pit {
	struct io io;
	struct wait wait;
	uint8_t programmed; /* bit n: this driver programmed channel n */
};

/* Find the timer. Its channels go on undisturbed. `io`: io_port(0). An 8253 is not found, because
 * it has no read-back command. After an error the handle must not be used. */
PIT_MUST_USE enum pit_status pit_init(struct pit *pit, struct io io, struct wait wait);

/* ---- counts ---- */

/* The count whose rate is nearest to `hz`, 19 to 795454. Nothing is accessed. */
PIT_MUST_USE enum pit_status pit_count_of_hz(uint32_t hz, uint32_t *count);
/* The smallest count that lasts at least `ns`, 1 to PIT_MAX_NS. Nothing is accessed. */
PIT_MUST_USE enum pit_status pit_count_of_ns(uint32_t ns, uint32_t *count);

/* Program a channel with this mode and count: 1 (2 in a periodic mode) to PIT_MAX_COUNT. */
PIT_MUST_USE enum pit_status pit_program(struct pit *pit, unsigned channel, enum pit_mode mode,
					 uint32_t count);
/* Run a channel periodically as a rate generator, from now on. */
PIT_MUST_USE enum pit_status pit_set_rate(struct pit *pit, unsigned channel, uint32_t hz);
/* OUT rises once, at least `ns` from now and at most four clocks after that. */
PIT_MUST_USE enum pit_status pit_set_timer(struct pit *pit, unsigned channel, uint32_t ns);

/* Latch and read the count. 0 means PIT_MAX_COUNT. In square wave mode it falls by two per clock.
 */
PIT_MUST_USE enum pit_status pit_read(struct pit *pit, unsigned channel, uint16_t *count);

struct pit_state {
	uint16_t count; /* as pit_read() gives it; converted from BCD if the channel counts so */
	enum pit_mode mode; /* as programmed, by this driver or others */
	bool out;           /* level of OUT */
	bool null_count;    /* the new count is not loaded yet: `count` is meaningless */
};

/* Count and status at the same instant. Works for a channel that other code programmed, too. */
PIT_MUST_USE enum pit_status pit_read_back(struct pit *pit, unsigned channel,
					   struct pit_state *state);

/* ---- channel 2 ---- */

/* Set the GATE of channel 2. The other bits of port 61h stay. PIT_ABSENT: there is no port 61h. */
PIT_MUST_USE enum pit_status pit_set_gate2(struct pit *pit, bool high);
/* Play a tone of `hz` (19 or more) on the speaker, until pit_silence(). */
PIT_MUST_USE enum pit_status pit_tone(struct pit *pit, uint32_t hz);
PIT_MUST_USE enum pit_status pit_silence(struct pit *pit);
/* Wait for `ns`, or a little longer, using channel 2 with the speaker off. GATE and speaker are
 * restored afterwards; the channel's mode and count are not. PIT_TIMEOUT: by wait.h's clock, four
 * times `ns` plus 1 ms have passed and the channel has not finished. */
PIT_MUST_USE enum pit_status pit_wait(struct pit *pit, uint32_t ns);

#endif
