/* SPDX-License-Identifier: MIT */
/* A PS/2 device alone at the end of its cable: the test is the controller. */
#ifndef TESTS_DEVICES_PS2_CONTROLLER_CABLE_H
#define TESTS_DEVICES_PS2_CONTROLLER_CABLE_H

#include <stdio.h>
#include <stdlib.h>

#include "devices/ps2_controller/port.h"
#include "emu/clock.h"
#include "tests/devices/lint_log.h"

#define MS(n) ((uint64_t)(n)*1000000)

static struct hub hub;
static struct clock vclock;
static struct lint_log lints;
static struct ps2_port *cable; /* the device's */
static char said[512];

/* Before the device's model is initialised; `port` will be its own. */
static inline void cable_power_on(struct ps2_port *port)
{
	hub = (struct hub){ 0 };
	clock_init(&vclock);
	lint_log_start(&lints, &hub);
	cable = port;
}

static inline void pass(uint64_t ns) { clock_run_until(&vclock, clock_now(&vclock) + ns); }

/* All that the device has to send now, as hex. */
static inline char *sent(void)
{
	size_t n = 0;

	said[0] = '\0';
	while (cable->pending(cable->device) && n + 4 < sizeof said) {
		n += (size_t)snprintf(said + n, sizeof said - n, n ? " %02x" : "%02x",
				      cable->send(cable->device));
	}
	return said;
}

/* Send a command's bytes, each answered in time; returns the last answer. */
static inline char *command(const char *hex)
{
	char *end;

	for (unsigned long byte = strtoul(hex, &end, 16); end != hex;
	     byte = strtoul(hex, &end, 16)) {
		hex = end;
		cable->receive(cable->device, (uint8_t)byte);
		pass(MS(2));
		(void)sent();
	}
	return said;
}

#endif
