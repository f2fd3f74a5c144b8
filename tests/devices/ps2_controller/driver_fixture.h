/* SPDX-License-Identifier: MIT */
/* The keyboard controller's model with a keyboard and a mouse, its interrupts connected to the
 * processor; and a fake controller that a test controls. */
#ifndef TESTS_DEVICES_PS2_CONTROLLER_DRIVER_FIXTURE_H
#define TESTS_DEVICES_PS2_CONTROLLER_DRIVER_FIXTURE_H

#include "drivers/ps2/registers.h"

#include <stdio.h>
#include <string.h>

#include "devices/ps2_controller/model.h"
#include "devices/ps2_keyboard/model.h"
#include "devices/ps2_mouse/model.h"
#include "tests/unit/drivers/host_fixture.h"

enum { KEYBOARD_VECTOR = 0x21, AUX_VECTOR = 0x2c, FAKE_PORT = 0x160, RING = 64 };

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)

static struct ps2_controller_model controller;
static struct ps2_keyboard_model keyboard;
static struct ps2_mouse_model mouse;
static struct ps2 ps2;
static struct ps2_ring kbd_ring, aux_ring;
static uint8_t kbd_bytes[RING], aux_bytes[RING];

/* The values written, by register: "COMMAND=ad ". */
static char written[2048];
static size_t n_written;

static void note_access(void *ctx, const struct access *a)
{
	(void)ctx;
	if (!a->write || n_written + 16 > sizeof(written)) return;
	n_written += (size_t)snprintf(written + n_written, sizeof(written) - n_written, "%s=%02x ",
				      a->reg ? a->reg->name : "?", (unsigned)a->value);
}

static struct observer writes = { .access = note_access };

static inline void forget_writes(void)
{
	n_written = 0;
	written[0] = '\0';
}

static bool irq_level[2];

static void ps2_irq(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	irq_level[n] = level;
	cpu.s.intr = irq_level[0] || irq_level[1];
	next_vector = irq_level[0] ? KEYBOARD_VECTOR : AUX_VECTOR;
}

static void ps2_fails(void *ctx, const char *text)
{
	(void)ctx;
	require_fail("%s", text);
}

/* The state after power-on: both devices are in their self tests. */
static inline void ps2_plug(struct ps2_port *first, struct ps2_port *second)
{
	struct ps2_controller_model_wiring wiring = {
		.irq = { { .set = ps2_irq, .n = 0 }, { .set = ps2_irq, .n = 1 } },
		.port = { first, second },
	};
	host_power_on();
	recorder_expect_no_lint(&rec, ps2_fails, NULL);
	hub_attach(&hub, &writes);
	ps2_keyboard_model_init(&keyboard, "keyboard", &hub, &vclock);
	ps2_mouse_model_init(&mouse, "mouse", &hub, &vclock);
	ps2_controller_model_init(&controller, "kbc", &hub, &vclock, &wiring);
	require(bus_map(&bus, BUS_PORT, PS2_PORT, 1, &controller.dev, 0) == NULL);
	require(bus_map(&bus, BUS_PORT, PS2_PORT + 4, 1, &controller.dev, 4) == NULL);
	forget_writes();
}

static inline void ps2_power_on(void) { ps2_plug(&keyboard.port, &mouse.port); }

/* The state that a BIOS leaves, initialised by the driver, with buffers attached. */
static inline void ps2_start(void)
{
	ps2_power_on();
	ps2_keyboard_model_bios_state(&keyboard);
	ps2_mouse_model_bios_state(&mouse);
	ps2_controller_model_bios_state(&controller);
	require_eq(int, ps2_init(&ps2, io_port(&cpu, PS2_PORT), wait), PS2_OK);
	require_eq(int, ps2_ring_init(&kbd_ring, kbd_bytes, RING), PS2_OK);
	require_eq(int, ps2_ring_init(&aux_ring, aux_bytes, RING), PS2_OK);
	require_eq(int, ps2_attach(&ps2, PS2_KEYBOARD, &kbd_ring), PS2_OK);
	require_eq(int, ps2_attach(&ps2, PS2_AUX, &aux_ring), PS2_OK);
	forget_writes();
}

/* Takes bytes for this long. */
static inline void ps2_listen(uint64_t ns)
{
	uint64_t end = wait_deadline(&wait, ns);
	while (!wait_expired(&wait, end)) {
		if (ps2_receive(&ps2)) wait_ns(&wait, US(50));
	}
}

/* Returns the ring's bytes as text, "1c f0 1c ", and empties it. */
static inline const char *ring_text(struct ps2_ring *ring)
{
	static char text[4 * RING];
	size_t n = 0;
	uint8_t byte;
	text[0] = '\0';
	while (ps2_ring_take(ring, &byte) == PS2_OK)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%02x ", byte);
	return text;
}

/* ---- the fake ---- */

static struct {
	uint8_t status;      /* or'ed into the status register */
	int answer[256];     /* to each command; -1: none */
	int said[16];        /* answers of a device, one for each byte sent to it; -1: none */
	int then[16];        /* a second byte after each answer; -1: none */
	uint8_t said_status; /* or'ed into the status with those */
	unsigned n_said, n_sent;
	uint8_t after_self_test; /* the command byte that the self test leaves */
	bool no_aux;
	uint8_t config, command, data;
	bool full, aux;
	int next;
	unsigned n_reads;
} fake;

static void fake_say(int byte)
{
	if (byte < 0) return;
	fake.data = (uint8_t)byte;
	fake.full = true;
}

static uint64_t fake_read(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev, (void)width;
	if (offset == 4)
		return fake.status | (fake.full ? PS2_STATUS_OBF : 0u) |
		       (fake.aux ? PS2_STATUS_MOBF : 0u);
	uint8_t byte = fake.data;
	fake.full = false;
	fake.n_reads++;
	fake.status &= (uint8_t)~fake.said_status;
	fake_say(fake.next);
	fake.next = -1;
	return byte;
}

static void fake_command(uint8_t command)
{
	fake.command = command;
	fake.aux = false;
	fake_say(fake.answer[command]);
	if (command == PS2_CMD_SELF_TEST) fake.config = fake.after_self_test;
	if (command == PS2_CMD_READ_CONFIG) fake_say(fake.config);
	if (command == PS2_CMD_ENABLE_AUX && !fake.no_aux)
		fake.config &= (uint8_t)~PS2_CONFIG_DISABLE2;
	if (command == PS2_CMD_DISABLE_AUX) fake.config |= PS2_CONFIG_DISABLE2;
}

static void fake_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)dev, (void)width;
	if (offset == 4) {
		fake_command((uint8_t)value);
		return;
	}
	if (fake.command == PS2_CMD_WRITE_CONFIG) {
		fake.config = (uint8_t)value;
	} else {
		fake.n_sent++;
		fake.aux = fake.command == PS2_CMD_WRITE_AUX;
		fake.status |= fake.said_status;
		if (fake.n_said == 16) return;
		fake.next = fake.then[fake.n_said];
		fake_say(fake.said[fake.n_said++]);
	}
	fake.command = 0;
}

/* Plugs in a working controller whose devices do not answer. */
static inline struct io fake_plug(void)
{
	static const struct device_ops ops = { .name = "fake",
					       .mem_read = fake_read,
					       .mem_write = fake_write };
	static struct device dev = { .ops = &ops, .instance = "fake" };
	memset(&fake, 0, sizeof(fake));
	for (unsigned i = 0; i < 256; i++) fake.answer[i] = -1;
	for (unsigned i = 0; i < 16; i++) fake.said[i] = fake.then[i] = -1;
	fake.next = -1;
	fake.answer[PS2_CMD_SELF_TEST] = PS2_SELF_TEST_PASSED;
	fake.answer[PS2_CMD_TEST_KEYBOARD] = fake.answer[PS2_CMD_TEST_AUX] = 0;
	require(bus_map(&bus, BUS_PORT, FAKE_PORT, 8, &dev, 0) == NULL);
	return io_port(&cpu, FAKE_PORT);
}

#endif
