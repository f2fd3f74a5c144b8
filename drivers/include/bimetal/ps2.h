/* SPDX-License-Identifier: MIT */
/* The 8042 keyboard and auxiliary device controller of a PS/2 or AT, and commands to the devices on
 * its two channels. Keyboards: ps2_kbd.h. Mice: ps2_pointer.h. What keys mean: ps2_scancodes.h,
 * ps2_layout.h.
 *
 * ps2_receive() takes bytes from the controller, either in the handlers of IRQ 1 and IRQ 12 or by
 * polling. It puts bytes that devices send unasked (keys, movements) into rings, which the caller
 * owns. Commands work both ways, with interrupts on or off. Everything must run on one CPU, and all
 * commands in one thread.
 *
 * Freestanding: no libc, no heap. All state is in the caller's structs. */
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

#include "bimetal/io.h"
#include "bimetal/wait.h"

#define PS2_MUST_USE __attribute__((warn_unused_result))

enum ps2_status {
	PS2_OK,
	PS2_NULL,       /* a null pointer */
	PS2_BAD_ARG,    /* outside the range that the function documents */
	PS2_ABSENT,     /* nothing answers at the ports */
	PS2_TIMEOUT,    /* the controller takes no byte, or gives none */
	PS2_SELF_TEST,  /* the controller's or the device's self test failed */
	PS2_NO_CHANNEL, /* there is no such channel, or its test failed */
	PS2_NO_DEVICE,  /* no device on the channel answers */
	PS2_REFUSED,    /* the device kept asking for a byte again */
	PS2_EMPTY       /* there is no byte */
};

enum ps2_channel { PS2_KEYBOARD, PS2_AUX, PS2_N_CHANNELS };

enum {
	PS2_PORT = 0x60,      /* the data port on a PC; status and commands are 4 above */
	PS2_MAX_ANSWER = 8,   /* bytes in one answer of a device */
	PS2_MAX_COMMAND = 4,  /* bytes in one command, options included */
	PS2_KEYBOARD_IRQ = 1, /* line of the 8259 pair */
	PS2_AUX_IRQ = 12
};

/* ---- rings of bytes ---- */

/* A queue with one writer and one reader. Either may be an interrupt handler. */
struct ps2_ring {
	uint8_t *bytes; /* the caller's */
	uint32_t size;  /* the ring holds one byte less */
	uint32_t head, tail;
	uint32_t lost; /* bytes that did not fit */
};

/* Use `size` bytes, at least 2. They must outlive the ring. */
PS2_MUST_USE enum ps2_status ps2_ring_init(struct ps2_ring *ring, uint8_t *bytes, uint32_t size);
/* Add a byte. False: the ring is full; the byte is counted as lost. */
bool ps2_ring_put(struct ps2_ring *ring, uint8_t byte);
/* Take a byte. PS2_EMPTY: there is none. */
PS2_MUST_USE enum ps2_status ps2_ring_take(struct ps2_ring *ring, uint8_t *byte);

/* ---- the controller ---- */

struct ps2 {
	struct io io;
	struct wait wait;
	uint8_t config; /* the command byte as it was last written */
	bool usable[PS2_N_CHANNELS];
	struct ps2_ring *ring[PS2_N_CHANNELS]; /* NULL: bytes are dropped */
	uint32_t errors;                       /* bytes received with an error */
	/* The command being carried out. */
	uint8_t talking; /* an internal number of the channel; 0: no command */
	uint8_t answer[PS2_MAX_ANSWER];
	uint8_t n_answers, n_taken;
	bool silent; /* the controller reported that the device did not answer */
};

/* Initialise the controller at `io` (io_port(PS2_PORT)), whatever its state: disable both channels,
 * drop pending bytes, run the self test, look for the second channel, test both, and enable those
 * that pass. Afterwards translation and interrupts are off and no ring is attached. Takes a few
 * milliseconds; with broken hardware up to some seconds.
 *
 * Before the call, the kernel makes sure that there is a controller (FADT boot architecture flags,
 * bit 1) and that firmware no longer emulates one for USB. */
PS2_MUST_USE enum ps2_status ps2_init(struct ps2 *ps2, struct io io, struct wait wait);
/* True if the channel exists and passed its test. */
bool ps2_usable(const struct ps2 *ps2, enum ps2_channel channel);
/* Set the ring for the bytes of a channel from now on; NULL: they are dropped. The ring must stay
 * valid while it is attached. */
PS2_MUST_USE enum ps2_status ps2_attach(struct ps2 *ps2, enum ps2_channel channel,
					struct ps2_ring *ring);
/* Set which channels interrupt when a byte arrives. */
PS2_MUST_USE enum ps2_status ps2_set_interrupts(struct ps2 *ps2, bool keyboard, bool aux);
/* Set whether the controller translates scan code set 2 into set 1. */
PS2_MUST_USE enum ps2_status ps2_set_translation(struct ps2 *ps2, bool on);
/* Take the bytes that the controller holds, at most a few. Call it in the interrupt handlers, or to
 * poll. PS2_EMPTY: it held none. */
PS2_MUST_USE enum ps2_status ps2_receive(struct ps2 *ps2);

/* ---- devices ---- */

/* Send `n` bytes (1 to PS2_MAX_COMMAND), each of which the device acknowledges, and receive
 * `n_answer` bytes (0 to PS2_MAX_ANSWER). A byte that the device asks for again is sent at most
 * three times. Bytes that the device sent before the command go to the ring. */
PS2_MUST_USE enum ps2_status ps2_command(struct ps2 *ps2, enum ps2_channel channel,
					 const uint8_t *bytes, unsigned n, uint8_t *answer,
					 unsigned n_answer);
/* As ps2_command(), but the answer may be shorter: *n_answer is set to its length. */
PS2_MUST_USE enum ps2_status ps2_ask(struct ps2 *ps2, enum ps2_channel channel, uint8_t byte,
				     uint8_t *answer, unsigned *n_answer);
/* Reset the device, and receive the result of its self test, which takes up to a second, and the
 * `n` bytes that follow it. A device that ignores the command because it is still in its power-on
 * test gets it again. */
PS2_MUST_USE enum ps2_status ps2_reset(struct ps2 *ps2, enum ps2_channel channel, uint8_t *after,
				       unsigned n);

#endif
