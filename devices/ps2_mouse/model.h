/* SPDX-License-Identifier: MIT */
/* An IBM PS/2 mouse with three buttons, and the wheel extension (device ID 3), which setting the
 * sample rates 200, 100, 80 in sequence enables. It is connected through a struct ps2_port.
 *
 * Not modelled: the five-button extension (ID 4). Resolution is stored and reported, but movement
 * is given in counts and not scaled. */
#ifndef DEVICES_PS2_MOUSE_MODEL_H
#define DEVICES_PS2_MOUSE_MODEL_H

#include "devices/ps2_controller/port.h"
#include "emu/clock.h"
#include "emu/ends.h"
#include "emu/regs.h"

/* The values that option bytes of commands set, modelled as registers. */
enum ps2_mouse_model_reg {
	PS2_MOUSE_MODEL_RESOLUTION, /* command E8 */
	PS2_MOUSE_MODEL_RATE,       /* command F3: reports per second */
	PS2_MOUSE_MODEL_N_REGS
};

enum { PS2_MOUSE_MODEL_LEFT = 1, PS2_MOUSE_MODEL_RIGHT = 2, PS2_MOUSE_MODEL_MIDDLE = 4 };

enum { PS2_MOUSE_MODEL_KNOCK = 3 };

struct ps2_mouse_model_state {
	uint64_t reg[PS2_MOUSE_MODEL_N_REGS];
	uint64_t reported_ns; /* time of the last report */
	int32_t dx, dy, dz;   /* counts since then */
	struct ps2_queue out; /* answers and reports */
	uint8_t out_ready;    /* bytes of it that are ready to be sent */
	uint8_t last[8];      /* the last bytes sent, for a resend */
	uint8_t last_len;
	uint8_t command; /* waiting for its option byte; 0: none */
	uint8_t buttons, buttons_reported;
	uint8_t knock[PS2_MOUSE_MODEL_KNOCK];  /* the last sample rates set, oldest first */
	uint8_t id;                            /* 0, or 3 with the wheel on */
	bool reporting, remote, wrap, scaling; /* scaling: 2:1 */
	bool testing, reset_due;
};

struct ps2_mouse_model {
	struct device dev; /* on no bus; it names lints and holds the state */
	struct clock *clock;
	struct ps2_port port;
	unsigned answer_timer, sample_timer;
	struct ps2_mouse_model_state s;
};

extern const struct reg_desc ps2_mouse_regs[PS2_MOUSE_MODEL_N_REGS];

/* Connect and power on, as ps2_mouse_model_reset(). */
void ps2_mouse_model_init(struct ps2_mouse_model *m, const char *instance, const struct hub *hub,
			  struct clock *clock);
/* Power-on: buttons up. The self test takes half a second, then AA 00 is sent. */
void ps2_mouse_model_reset(struct ps2_mouse_model *m);
/* Set the state that a BIOS leaves: test passed and its answer read, stream mode, reporting off. */
void ps2_mouse_model_bios_state(struct ps2_mouse_model *m);
/* Move by counts: x to the right, y up (away from the user). `buttons`: PS2_MOUSE_* that are held.
 */
void ps2_mouse_model_move(struct ps2_mouse_model *m, int dx, int dy, uint8_t buttons);
/* Turn the wheel; positive: towards the user. Ignored while the extension is off. */
void ps2_mouse_model_wheel(struct ps2_mouse_model *m, int dz);
/* This as the pointer of its machine. */
struct pointer_end ps2_mouse_model_end(struct ps2_mouse_model *m);
/* What it is, and how it answers. */
extern const struct device_about ps2_mouse_about;
extern const struct device_ops ps2_mouse_model_ops;

#endif
