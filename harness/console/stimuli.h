/* SPDX-License-Identifier: MIT */
/* Stimuli: events that reach a machine from outside during a test, at fixed virtual times, such as
 * bytes on a serial line, keys, or a device that is unplugged. A file has the stimuli for the tests
 * of one source file:
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
 *	at 8ms lpt paper-end on
 *
 * Times count from the start of the test's body, in ns, us, ms or s. `receive` takes a string with
 * the escapes \r \n \t \\ \" \xHH, whose characters arrive at 115200 baud, or a number, optionally
 * with the errors parity, frame and break. `lines` names the modem inputs that are active (cts,
 * dsr, ri, dcd), or none. `buttons` names the buttons that are held (left, right, middle), or none.
 * A positive `wheel` turns towards the user. `unplug` removes every range of a device from the bus;
 * the device has the name of its instance in traces ("com1", "pic.master", "vga"). The inputs of an
 * added device (--device), or of a part of the board that names its model, are those of the model,
 * and take a number, or on or off. */
#ifndef HARNESS_CONSOLE_STIMULI_H
#define HARNESS_CONSOLE_STIMULI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/bus.h"
#include "harness/console/keys.h"
#include "harness/machine/inputs.h"
#include "harness/machine/machine.h"

enum {
	STIMULI_MAX = 1024,         /* of one test; each character of a string counts */
	STIMULI_MAX_SIZE = 1 << 20, /* bytes of source */
	STIMULI_MAX_RANGES = 2 * BUS_MAX_RANGES, /* unplugged at a time: enough for all ranges */
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
	STIMULUS_PLUG,
	STIMULUS_INPUT
};

struct stimulus {
	uint64_t ns; /* from the start of the test's body */
	enum stimulus_kind kind;
	unsigned port; /* COM1 is 0 */
	uint8_t byte;
	uint8_t flags; /* receive: SERIAL_PARITY ...; lines: SERIAL_CTS ...; buttons: POINTER_LEFT
			  ... */
	int16_t x, y;  /* move; wheel: y */
	struct key_chord chord;
	struct device *dev;           /* unplug, plug */
	struct machine_inputs inputs; /* input: `value` of input number `input` */
	unsigned input;
	uint64_t value;
};

struct stimuli {
	struct machine *machine;
	unsigned timer;
	struct key_feed keys;
	struct stimulus list[STIMULI_MAX]; /* by time; those of equal time in the file's order */
	size_t n, next;
	uint64_t start_ns;
	struct {
		struct bus_range range;
		enum bus_space space;
	} unplugged[STIMULI_MAX_RANGES];
	size_t n_unplugged;
	char error[STIMULI_ERROR_SIZE]; /* "": none; set by a fault in the file, or by a stimulus
					   that cannot be applied */
};

/* Start without stimuli. The machine must not run yet, as this adds timers to its clock. */
void stimuli_init(struct stimuli *s, struct machine *machine);
/* Back to how it began: without stimuli, and what is unplugged is plugged in again. False:
 * something else is in its place by now. */
bool stimuli_clear(struct stimuli *s);
/* Read the stimuli of the test `name` ("suite.name"). There are none if the file does not mention
 * the test, or `path` is NULL. False: s->error says what is wrong, and in which line. */
bool stimuli_load(struct stimuli *s, const char *path, const char *name);
bool stimuli_parse(struct stimuli *s, const char *file, const char *text, size_t size,
		   const char *name);
/* The test's body starts now: times count from here. */
void stimuli_start(struct stimuli *s);

#endif
