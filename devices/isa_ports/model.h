/* SPDX-License-Identifier: MIT */
/* The miscellaneous ports of an old PC's board: 0x61 (speaker, refresh, NMI sources), 0x80
 * (diagnostic codes), 0x92 (fast A20 and reset), 0xf0 (coprocessor error), 0xcf9 (reset control),
 * and the debug ports 0xe9, 0x402 (console) and 0xf4 (exit).
 *
 * 0xcf9 resets when RST_CPU rises. With SYS_RST clear it resets only the CPU (INIT#), with SYS_RST
 * set the platform (PLTRST#). With FULL_RST set as well, power is also off for some seconds. Port
 * 0x92 pulses INIT#, too.
 *
 * Not modelled: sources of NMI (parity and channel check errors never happen), 0xf1 (coprocessor
 * reset). */
#ifndef DEVICES_ISA_PORTS_MODEL_H
#define DEVICES_ISA_PORTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/isa_ports/registers.h"
#include "emu/clock.h"
#include "emu/irq.h"
#include "emu/regs.h"

enum {
	ISA_PORTS_MODEL_POST_KEPT = 16,   /* number of diagnostic codes kept */
	ISA_PORTS_MODEL_RST_BASE = 0xcf8, /* ports of the reset control device */
	ISA_PORTS_MODEL_RST_SIZE = 8
};

/* What the board drives. Any member may be left NULL. */
struct isa_ports_model_wiring {
	void (*set_gate)(void *ctx, bool level);      /* gate of PIT channel 2 */
	bool (*out2)(void *ctx);                      /* level of PIT channel 2's output */
	void (*set_a20)(void *ctx, bool level);       /* port 0x92's half of the A20 gate */
	void (*reset)(void *ctx, const char *source); /* PLTRST#; a static string: "port 0x92" */
	/* INIT# of the CPU, and a full reset. If one is NULL, `reset` is called instead. */
	void (*init)(void *ctx, const char *source);
	void (*power_cycle)(void *ctx, const char *source);
	void (*exit)(void *ctx, uint32_t value); /* debug exit, with the value as written */
	void (*debug)(void *ctx, uint8_t byte);  /* debug console */
	void (*ignne)(void *ctx);                /* 0xf0 was written: FERR is acknowledged */
	struct irq ferr_irq;                     /* IRQ 13 */
	void *ctx;
};

struct isa_ports_model_state { /* plain data */
	uint64_t reg[ISA_PORTS_MODEL_N_REGS];
	uint64_t rst_cnt;
	uint8_t post[ISA_PORTS_MODEL_POST_KEPT]; /* a ring */
	uint64_t posts;                          /* number of codes since power-on */
	bool ferr;                               /* the coprocessor's error pin */
};

struct isa_ports_model {
	struct device dev; /* all ports but 0xcf9 */
	struct device rst; /* 0xcf8..0xcff: answers only byte accesses at 0xcf9 */
	struct isa_ports_model_wiring wire;
	const struct clock *clock;
	struct isa_ports_model_state s;
};

/* Connect and power on. `hub` and `clock` must outlive it. `rst` shares the state of `dev`, so only
 * `dev` belongs in a list of snapshots. */
void isa_ports_model_init(struct isa_ports_model *misc, const struct hub *hub,
			  const struct clock *clock, const struct isa_ports_model_wiring *wire);
/* Hardware reset, then A20 enabled by port 0x92, as a BIOS does. Calls the functions of the wiring.
 */
void isa_ports_model_reset(struct isa_ports_model *misc);
/* Drive the coprocessor's error pin: raises IRQ 13 until 0xf0 is written. */
void isa_ports_model_set_ferr(struct isa_ports_model *misc, bool level);
/* Port 0x92's half of the A20 gate. */
bool isa_ports_model_a20(const struct isa_ports_model *misc);
/* The last diagnostic codes, oldest first. Returns their number (at most
 * ISA_PORTS_MODEL_POST_KEPT). */
unsigned isa_ports_model_posts(const struct isa_ports_model *misc,
			       uint8_t codes[ISA_PORTS_MODEL_POST_KEPT]);
/* What it is, and how it answers. */
extern const struct device_about isa_misc_about;
extern const struct device_ops isa_ports_model_ops, isa_ports_model_rst_ops;

#endif
