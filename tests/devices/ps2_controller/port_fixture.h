/* SPDX-License-Identifier: MIT */
/* The host's end of a cable with a single PS/2 device. */
#ifndef TESTS_DEVICES_PS2_CONTROLLER_PORT_FIXTURE_H
#define TESTS_DEVICES_PS2_CONTROLLER_PORT_FIXTURE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "devices/ps2_controller/port.h"
#include "emu/clock.h"

enum { PORT_ANSWER_NS = 2000000 };

static char port_text[512];

/* Takes all bytes that the device has to send now, as hex. */
static inline char *port_sent(struct ps2_port *port, void *device)
{
	size_t n = 0;

	port_text[0] = '\0';
	while (port->pending(device) && n + 4 < sizeof(port_text))
		n += (size_t)snprintf(port_text + n, sizeof(port_text) - n, n ? " %02x" : "%02x",
				      port->send(device));
	return port_text;
}

/* Sends the bytes of a command, and waits for each answer; returns the last one. */
static inline char *port_command(struct ps2_port *port, void *device, struct clock *clock,
				 const char *hex)
{
	char *end;

	for (unsigned long byte = strtoul(hex, &end, 16); end != hex;
	     byte = strtoul(hex, &end, 16)) {
		hex = end;
		port->receive(device, (uint8_t)byte);
		clock_run_until(clock, clock_now(clock) + PORT_ANSWER_NS);
		(void)port_sent(port, device);
	}
	return port_text;
}

#endif
