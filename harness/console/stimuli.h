/* SPDX-License-Identifier: MIT */
/* What happens at the outside of a machine during a test, at fixed virtual times: bytes on a wire,
 * keys, a device that is pulled out. One file serves the tests of one source file:
 *
 *	# comment
 *	[uart_16550.hears_a_byte]
 *	at 200us com1 receive "ok\r\n"
 *	at 2ms com1 receive 0x41 parity
 *	at 3ms com1 lines cts dsr
 *	at 4ms keyboard press ctrl+a
 *	at 5ms mouse move 3 -2
 *	at 5ms mouse buttons left
 *	at 5ms mouse wheel -1
 *	at 6ms unplug com1
 *	at 7ms plug com1
 *
 * Times count from the beginning of the test's body, in ns, us, ms or s. `receive` takes a string
 * with the escapes \r \n \t \\ \" \xHH, or a number with any of parity, frame, break; a string's
 * characters follow each other at the speed of 115200 baud. `lines` names the modem inputs that are
 * active (cts, dsr, ri, dcd), or says none; `buttons` likewise those that are held (left, right,
 * middle). A wheel turns towards the user by positive counts. `unplug` takes every range of the
 *device off the bus, by its instance name in traces ("com1", "pic.master", "vga").
 */
#ifndef HARNESS_CONSOLE_STIMULI_H
#define HARNESS_CONSOLE_STIMULI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/bus.h"
#include "harness/console/keys.h"
#include "harness/machine/machine.h"

enum {
	STIMULI_MAX = 1024,         /* of one test, each character of a string counting */
	STIMULI_MAX_SIZE = 1 << 20, /* bytes of source */
	STIMULI_MAX_RANGES = 2 * BUS_MAX_RANGES, /* of devices unplugged at one time: all */
	STIMULI_ERROR_SIZE = 512
};

enum stimulus_kind {
	STIMULUS_RECEIVE,
	STIMULUS_LINES,
	STIMULUS_PRESS,
	STIMULUS_MOVE,
	STIMULUS_BUTTONS,
	STIMULUS_WHEEL,
	STIMULUS_UNPLUG,
	STIMULUS_PLUG
};

struct stimulus {
	uint64_t ns; /* from the beginning */
	enum stimulus_kind kind;
	unsigned port; /* COM1 is 0 */
	uint8_t byte;
	uint8_t flags; /* receive: LSR bits; lines: by enum in stimuli.c; buttons: PS2_MOUSE_ */
	int16_t x, y;  /* y: the wheel's turn, too */
	struct key_chord chord;
	struct device *dev; /* unplug, plug */
};

struct stimuli {
	struct machine *machine;
	unsigned timer;
	struct key_feed keys;
	struct stimulus list[STIMULI_MAX]; /* by time, equal ones as written */
	size_t n, next;
	uint64_t start_ns;
	struct {
		struct bus_range range;
		enum bus_space space;
	} unplugged[STIMULI_MAX_RANGES];
	size_t n_unplugged;
	char error[STIMULI_ERROR_SIZE]; /* "": none. Reading fills it, and playing what cannot be */
};

/* Take clock timers of a machine that does not run yet; no stimuli. */
void stimuli_init(struct stimuli *s, struct machine *machine);
/* Read those of the test `name` ("suite.name"); a file without them, or NULL, has none. False:
 * s->error says where and what. */
bool stimuli_load(struct stimuli *s, const char *path, const char *name);
bool stimuli_parse(struct stimuli *s, const char *file, const char *text, size_t size,
		   const char *name);
/* The test's body begins now: times count from here. */
void stimuli_start(struct stimuli *s);

#endif
