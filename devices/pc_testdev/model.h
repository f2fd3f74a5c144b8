/* SPDX-License-Identifier: MIT */
/* The device "pc-testdev"; devices/pc_testdev/registers.h describes it. */
#ifndef DEVICES_PC_TESTDEV_MODEL_H
#define DEVICES_PC_TESTDEV_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/pc_testdev/registers.h"

enum { PC_TESTDEV_MODEL_SLOTS = 3 };

struct pc_testdev_model_state { /* plain data */
	uint64_t reg[PC_TESTDEV_MODEL_SLOTS];
	uint64_t line[PC_TESTDEV_MODEL_N_LINES];
	uint8_t memory[PC_TESTDEV_MODEL_MEMORY_SIZE];
};

struct pc_testdev_model {
	struct device dev;           /* ports from PC_TESTDEV_MODEL_BASE */
	struct device lines, memory; /* share its state */
	/* Interrupt line n changed; may be NULL. */
	void (*set_line)(void *ctx, unsigned n, bool level);
	void *ctx;
	struct pc_testdev_model_state s;
};

/* Initialise and reset. set_line may be NULL. */
void pc_testdev_model_init(struct pc_testdev_model *t, const struct hub *hub,
			   void (*set_line)(void *ctx, unsigned n, bool level), void *ctx);
/* Hardware reset: all registers zero, every line low. */
void pc_testdev_model_reset(struct pc_testdev_model *t);
/* What it is, and how it answers. */
extern const struct device_about pc_testdev_about, pc_testdev_lines_about, pc_testdev_memory_about;
extern const struct device_ops pc_testdev_model_port_ops, pc_testdev_model_line_ops,
	pc_testdev_model_memory_ops;

#endif
