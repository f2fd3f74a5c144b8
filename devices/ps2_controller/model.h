/* SPDX-License-Identifier: MIT */
/* The 8042 keyboard and auxiliary device controller of a PS/2, at ports 0x60 and 0x64.
 *
 * Everything takes time: the controller fetches what was written some microseconds later (IBF is
 * set meanwhile), answers some microseconds after that, and a byte on a device's cable takes 11
 * bits at 12.5 kHz. It does one thing at a time: while a byte is on a cable, commands wait.
 *
 * Lints beyond the register tables: see devices/ps2_controller/lints.c.
 *
 * Not modelled: the password, the diagnostic dump, polling the input port into the status, pulsing
 * output lines other than the reset, parity errors, the AT's combined test of both cables. */
#ifndef DEVICES_PS2_CONTROLLER_MODEL_H
#define DEVICES_PS2_CONTROLLER_MODEL_H

#include "devices/ps2_controller/port.h"
#include "devices/ps2_controller/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"

enum { PS2_CONTROLLER_MODEL_RAM_SIZE = 32 };

enum ps2_controller_model_cable {
	PS2_CONTROLLER_MODEL_KEYBOARD,
	PS2_CONTROLLER_MODEL_AUX,
	PS2_CONTROLLER_MODEL_N_CABLES
};

/* Any callback and any device may be NULL. */
struct ps2_controller_model_wiring {
	struct irq irq[PS2_CONTROLLER_MODEL_N_CABLES]; /* IRQ 1 and IRQ 12 */
	void (*a20)(void *ctx, bool level);            /* output port bit 1 changed by the guest */
	void (*reset)(void *ctx);                      /* output port bit 0 went low */
	void *ctx;
	struct ps2_port *port[PS2_CONTROLLER_MODEL_N_CABLES]; /* what is plugged in */
};

struct ps2_controller_model_state {
	uint64_t reg[PS2_CONTROLLER_MODEL_N_REGS]; /* reg[PS2_CONTROLLER_MODEL_STATUS] is live but
						      for SYS, in the command byte */
	uint64_t inner[PS2_CONTROLLER_MODEL_N_INNER];
	uint8_t ram[PS2_CONTROLLER_MODEL_RAM_SIZE]; /* byte 0 unused:
						       inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE] */
	uint8_t expect; /* command that waits for its data byte; 0: none */
	uint8_t reply;
	bool reply_due;
	uint8_t line;             /* enum in the model: idle, sending, receiving */
	uint8_t cable, line_byte; /* while not idle */
	bool break_seen;          /* translation: F0 went by */
	bool firmwares; /* firmware has read OUTPUT's byte, and is who uses the controller */
	bool irq[PS2_CONTROLLER_MODEL_N_CABLES]; /* levels driven */
};

struct ps2_controller_model {
	struct device dev; /* offset 0: port 0x60, 4: port 0x64 */
	struct clock *clock;
	struct ps2_controller_model_wiring wire;
	unsigned work_timer, line_timer;
	struct ps2_controller_model_state s;
};

/* Wire, plug the devices in, and power on. The devices must be initialised before and must not
 * move. */
void ps2_controller_model_init(struct ps2_controller_model *c, const char *instance,
			       const struct hub *hub, struct clock *clock,
			       const struct ps2_controller_model_wiring *wire);
/* Power-on: both cables disabled, translation on, buffers empty, A20's bit set. Drives the
 * interrupt wires, calls neither a20 nor reset. */
void ps2_controller_model_reset(struct ps2_controller_model *c);
/* The state a BIOS leaves: self test passed, keyboard enabled with its interrupt, translated to
 * set 1, auxiliary device disabled; what it has read last is the keyboard's acknowledge. */
void ps2_controller_model_bios_state(struct ps2_controller_model *c);
/* The byte that was read from OUTPUT last, for the firmware's keyboard interrupt. Until somebody
 * writes to the controller, it is no fault that others look at the byte that is left there. */
uint8_t ps2_controller_model_firmware_byte(struct ps2_controller_model *c);
/* Output port bit 1. */
bool ps2_controller_model_a20(const struct ps2_controller_model *c);
/* Set 2 to set 1, as the controller does it byte by byte. */
uint8_t ps2_controller_model_translate(uint8_t set2);

#endif
