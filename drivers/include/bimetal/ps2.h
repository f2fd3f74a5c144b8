/* SPDX-License-Identifier: MIT */
/* The 8042 keyboard and auxiliary device controller of a PS/2 or AT, and how to talk to what is
 * plugged into its two channels. Keyboards: ps2_kbd.h. Mice: ps2_pointer.h. What keys mean:
 * ps2_scancodes.h, ps2_layout.h.
 *
 * Bytes that devices send of their own accord go into rings that the caller owns, taken from the
 * controller by ps2_receive(): in the handlers of IRQ 1 and IRQ 12, or polled. Commands work either
 * way, with interrupts on or off. All of it runs on one CPU, the commands in one thread.
 *
 * Freestanding: no libc, no heap, no state but the caller's. */
#ifndef BIMETAL_PS2_H
#define BIMETAL_PS2_H

/* For example:
 *
 *	static struct ps2 ps2;
 *	static struct ps2_ring ring;
 *	static uint8_t bytes[64];
 *
 *	static enum ps2_status start(struct wait wait)
 *	{
 *		enum ps2_status status = ps2_init(&ps2, io_port(PS2_PORT), wait);
 *
 *		if (status == PS2_OK) status = ps2_ring_init(&ring, bytes, sizeof(bytes));
 *		if (status == PS2_OK) status = ps2_attach(&ps2, PS2_KEYBOARD, &ring);
 *		return status == PS2_OK ? ps2_set_interrupts(&ps2, true, false) : status;
 *	}
 *
 *	static enum ps2_status on_irq_1(void)
 *	{
 *		return ps2_receive(&ps2);
 *	}
 */

#include <stdbool.h>
#include <stdint.h>

#include "io.h"
#include "wait.h"

#define PS2_MUST_USE __attribute__((warn_unused_result))

enum ps2_status {
	PS2_OK,
	PS2_NULL,       /* a null pointer */
	PS2_BAD_ARG,    /* out of the range that the function names */
	PS2_ABSENT,     /* nothing answers at the ports */
	PS2_TIMEOUT,    /* the controller takes no byte, or gives none */
	PS2_SELF_TEST,  /* the controller's or the device's self test failed */
	PS2_NO_CHANNEL, /* there is no such channel, or its test failed */
	PS2_NO_DEVICE,  /* nothing on the channel answers */
	PS2_REFUSED,    /* the device asked for a byte again and again */
	PS2_EMPTY       /* there is no byte */
};

enum ps2_channel { PS2_KEYBOARD, PS2_AUX, PS2_N_CHANNELS };

enum {
	PS2_PORT = 0x60,      /* where a PC has it: data there, status and commands 4 above */
	PS2_MAX_ANSWER = 8,   /* bytes that a device answers at once */
	PS2_MAX_COMMAND = 4,  /* bytes of one command with its options */
	PS2_KEYBOARD_IRQ = 1, /* of the 8259 pair */
	PS2_AUX_IRQ = 12
};

/* ---- rings of bytes ---- */

/* One side puts, one takes; either may be an interrupt handler. */
struct ps2_ring {
	uint8_t *bytes; /* the caller's */
	uint32_t size;  /* one less fits */
	uint32_t head, tail;
	uint32_t lost; /* bytes that did not fit */
};

/* `size` bytes, at least 2, which must outlive the ring. */
PS2_MUST_USE enum ps2_status ps2_ring_init(struct ps2_ring *ring, uint8_t *bytes, uint32_t size);
/* False: full, and the byte is counted as lost. */
bool ps2_ring_put(struct ps2_ring *ring, uint8_t byte);
/* PS2_EMPTY: there is none. */
PS2_MUST_USE enum ps2_status ps2_ring_take(struct ps2_ring *ring, uint8_t *byte);

/* ---- the controller ---- */

struct ps2 {
	struct io io;
	struct wait wait;
	uint8_t config; /* the command byte as it was last written */
	bool usable[PS2_N_CHANNELS];
	struct ps2_ring *ring[PS2_N_CHANNELS]; /* NULL: bytes are dropped */
	uint32_t errors;                       /* bytes that came garbled */
	/* The conversation under way. */
	uint8_t talking; /* with whom: an internal number; 0: nobody */
	uint8_t answer[PS2_MAX_ANSWER];
	uint8_t n_answers, n_taken;
	bool silent; /* the controller says that the device did not answer */
};

/* Take the controller at `io` (io_port(PS2_PORT)) and set it up, whatever state it is in: channels
 * off, what it holds thrown away, self test, second channel looked for, both tested, those that
 * passed enabled. Translation and interrupts are off then, and no ring is attached. Takes up to
 * some seconds if the hardware is broken, a few milliseconds else.
 *
 * The kernel makes sure beforehand that there is one (FADT boot architecture flags, bit 1) and that
 * firmware no longer feeds it from USB. */
PS2_MUST_USE enum ps2_status ps2_init(struct ps2 *ps2, struct io io, struct wait wait);
/* Whether the channel exists and passed its test. */
bool ps2_usable(const struct ps2 *ps2, enum ps2_channel channel);
/* Where its bytes go from now on; NULL: nowhere. The ring must outlive the use. */
PS2_MUST_USE enum ps2_status ps2_attach(struct ps2 *ps2, enum ps2_channel channel,
					struct ps2_ring *ring);
/* Which channels interrupt when they have a byte. */
PS2_MUST_USE enum ps2_status ps2_set_interrupts(struct ps2 *ps2, bool keyboard, bool aux);
/* Whether the controller turns the keyboard's scan code set 2 into set 1. */
PS2_MUST_USE enum ps2_status ps2_set_translation(struct ps2 *ps2, bool on);
/* Take what the controller holds, at most a few bytes: for the interrupt handlers, or polled.
 * PS2_EMPTY: it held nothing. */
PS2_MUST_USE enum ps2_status ps2_receive(struct ps2 *ps2);

/* ---- devices ---- */

/* Send `n` bytes (1 to PS2_MAX_COMMAND), each of which the device acknowledges, and take `n_answer`
 * bytes of answer (0 to PS2_MAX_ANSWER). A byte that the device wants again is sent three times in
 * all. What it had sent before goes to the ring. */
PS2_MUST_USE enum ps2_status ps2_command(struct ps2 *ps2, enum ps2_channel channel,
					 const uint8_t *bytes, unsigned n, uint8_t *answer,
					 unsigned n_answer);
/* As ps2_command(), but fewer bytes than `*n_answer` are no error: *n_answer says how many. */
PS2_MUST_USE enum ps2_status ps2_ask(struct ps2 *ps2, enum ps2_channel channel, uint8_t byte,
				     uint8_t *answer, unsigned *n_answer);
/* Reset the device and take the outcome of its self test, which lasts up to a second, and the `n`
 * bytes that follow it. A device that is in its power-on test and so deaf is tried again. */
PS2_MUST_USE enum ps2_status ps2_reset(struct ps2 *ps2, enum ps2_channel channel, uint8_t *after,
				       unsigned n);

#endif
