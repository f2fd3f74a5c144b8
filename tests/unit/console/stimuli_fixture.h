/* SPDX-License-Identifier: MIT */
/* Stimuli, and a machine to apply them to. */
#ifndef TESTS_UNIT_CONSOLE_STIMULI_FIXTURE_H
#define TESTS_UNIT_CONSOLE_STIMULI_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/console/stimuli.h"
#include "harness/machine/host.h"
#include "harness/machine/pc.h"
#include "tests/check.h"

enum { MEMORY = 8 << 20, CHARACTER_NS = 86806, MS = 1000000 };
enum {
	COM1 = 0x3f8,
	COM2 = 0x2f8,
	AT_LSR = 5,
	AT_MSR = 6,
	RX_READY = 1,
	KBC_OBF = 1,
	KBC_AUX = 0x20
};

static struct machine machine;
static struct bimetal_cpu cpu;
static struct stimuli s;

static inline void set_up(void)
{
	static const struct machine_device devices[] = { { .text = "pci-test" } };
	struct machine_config config = { .memory = MEMORY, .device = devices, .n_devices = 1 };
	const char *fault = machine_host_init(&machine, &config, &cpu);

	require_eq(ptr, fault, NULL, "%s", fault);
	stimuli_init(&s, &machine);
}

static inline void tear_down(void) { machine_free(&machine); }

#define MINE "[suite.name]\n"

static inline bool parse(const char *text)
{
	return stimuli_parse(&s, "f.txt", text, strlen(text), "suite.name");
}

static inline void accept(const char *text) { require(parse(text), "%s", s.error); }

/* Expects that this line, as the second line of a file, is refused with this message. */
static inline void refuse(const char *line, const char *why)
{
	char text[2048], want[2048];

	snprintf(text, sizeof(text), MINE "%s\nat 1ms com1 receive 1\n", line);
	snprintf(want, sizeof(want), "f.txt:2: %s", why);
	check(!parse(text), "accepted: %s", line);
	check_eq(str, s.error, want);
}

static inline void play_until(uint64_t ns) { clock_run_until(&machine.clock, s.start_ns + ns); }
static inline uint8_t in(unsigned port)
{
	return (uint8_t)bus_read(&machine.bus, BUS_PORT, port, 8);
}

static inline void out(unsigned port, uint8_t v) { bus_write(&machine.bus, BUS_PORT, port, 8, v); }

#endif
