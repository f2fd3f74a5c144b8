/* SPDX-License-Identifier: MIT */
/* The 8042 keyboard and auxiliary device controller of a PS/2, at ports 0x60 and 0x64.
 *
 * Everything takes time. The controller fetches a written byte some microseconds later (IBF is set
 * until then) and answers some microseconds after that. A byte on a device's cable takes 11 bits at
 * 12.5 kHz. The controller does one thing at a time: while a byte is on a cable, commands wait.
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
	void (*a20)(void *ctx, bool level);            /* the guest changed output port bit 1 */
	void (*reset)(void *ctx);                      /* output port bit 0 went low */
	void *ctx;
	struct ps2_port *port[PS2_CONTROLLER_MODEL_N_CABLES]; /* the connected devices */
};

struct ps2_controller_model_state {
	uint64_t reg[PS2_CONTROLLER_MODEL_N_REGS]; /* reg[PS2_CONTROLLER_MODEL_STATUS] is live but
						      for SYS, in the command byte */
	uint64_t inner[PS2_CONTROLLER_MODEL_N_INNER];
	uint8_t ram[PS2_CONTROLLER_MODEL_RAM_SIZE]; /* byte 0 unused:
						       inner[PS2_CONTROLLER_MODEL_COMMAND_BYTE] */
	uint8_t expect;                             /* command waiting for its data byte; 0: none */
	uint8_t reply;
	bool reply_due;
	uint8_t line;             /* enum in the model: idle, sending, receiving */
	uint8_t cable, line_byte; /* while not idle */
	bool break_seen;          /* translation: F0 was received */
	bool firmwares; /* firmware read the byte in OUTPUT, and is the only user so far */
	bool irq[PS2_CONTROLLER_MODEL_N_CABLES]; /* levels driven */
};

struct ps2_controller_model {
	struct device dev; /* offset 0: port 0x60, 4: port 0x64 */
	struct clock *clock;
	struct ps2_controller_model_wiring wire;
	unsigned work_timer, line_timer;
	struct ps2_controller_model_state s;
};

/* Connect to the board and the devices, and power on. The devices must already be initialised, and
 * must not move in memory. */
void ps2_controller_model_init(struct ps2_controller_model *c, const char *instance,
			       const struct hub *hub, struct clock *clock,
			       const struct ps2_controller_model_wiring *wire);
/* Power-on: both cables disabled, translation on, buffers empty, A20 enabled. Drives the interrupt
 * lines; calls neither a20 nor reset. */
void ps2_controller_model_reset(struct ps2_controller_model *c);
/* Set the state that a BIOS leaves: self test passed; keyboard enabled, with interrupt, translated
 * to set 1; auxiliary device disabled. The last byte read is the keyboard's acknowledge. */
void ps2_controller_model_bios_state(struct ps2_controller_model *c);
/* The byte last read from OUTPUT, for the firmware's keyboard interrupt. Until a program writes to
 * the controller, reading this old byte is not reported. */
uint8_t ps2_controller_model_firmware_byte(struct ps2_controller_model *c);
/* Output port bit 1. */
bool ps2_controller_model_a20(const struct ps2_controller_model *c);
/* Translate a byte of set 2 to set 1, as the controller does. */
uint8_t ps2_controller_model_translate(uint8_t set2);
/* What it is, and how it answers. */
extern const struct device_about i8042_about;
extern const struct device_ops ps2_controller_model_ops;

#endif
