/* SPDX-License-Identifier: MIT */
/* A device that a user adds to a machine by name: `--device lpt,port=0x378,irq=7`. Its model is the
 * same as that of a device on the board; this says what the machine must know to make and place it.
 *
 *	const struct model model_adc = {
 *		.name = "adc",
 *		.size = sizeof(struct adc_model),
 *		.part = adc_parts,
 *		.n_parts = 1,
 *		.line = true,
 *		.init = init,
 *	};
 */
#ifndef EMU_MODEL_H
#define EMU_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/clock.h"
#include "emu/dma.h"
#include "emu/irq.h"
#include "emu/observe.h"
#include "emu/regs.h"

enum {
	MODEL_MAX_PARTS = 8,
	MODEL_MAX_INPUTS = 32,
	MODEL_MAX_SIZE = 16 << 20, /* bytes of a model's struct */
	MODEL_NAME_SIZE = 32       /* of its name and of each device's, NUL included */
};

struct pci_model_host;

/* A device of the model, and the range of addresses where it answers. Several parts may share one
 * state, or have pieces of it; the first of these has all of it, and the hooks `reset` and `settle`
 * for them. A part with a state of its own is reset and copied on its own. */
struct model_part {
	size_t device; /* offset of its struct device in the model's struct */
	const struct device_ops *ops;
	/* The user places it: by port=N in BUS_PORT, by memory=N in BUS_MEMORY; the second in the
	 * same space by port2=N, and so on. */
	enum bus_space space;
	uint64_t size;   /* bytes; a power of two is its alignment. 0: not placed, as of PCI */
	uint64_t offset; /* in the device, of its first byte */
};

/* What the machine connects to a device. All of it outlives the device. */
struct model_wiring {
	const char *instance; /* its name in traces: "lpt", "lpt2", or the user's name=... */
	const struct hub *hub;
	struct clock *clock;
	struct irq irq; /* its interrupt line, given by irq=N; not connected without */
	/* To memory, for a device that masters the bus. Copy it and set `dev`. A PCI function uses
	 * that of its struct pci_model_function instead. */
	struct dma_port dma;
	/* Of a PCI function: where to add itself, and its device number; function 0. */
	struct pci_model_host *pci;
	unsigned pci_device;
	/* It sends a byte to the world outside, as a printer port does. Never NULL. */
	void (*output)(void *ctx, uint8_t byte);
	void *output_ctx;
};

/* Something outside that acts on the device, and that stimuli can set: `at 5ms lpt paper-end on`.
 */
struct model_input {
	const char *name; /* lower case, digits and hyphens */
	const char *help; /* what the values mean */
	uint64_t max;     /* values are 0..max */
};

struct model {
	const char *name; /* as in --device: lower case, digits, hyphens and underscores */
	size_t size;      /* bytes of its struct, whose first member is the first part's device */
	const struct model_part *part;
	size_t n_parts;
	bool line;  /* it has an interrupt line, so that irq=N is required */
	bool sends; /* it calls wiring->output: file=PATH takes that */
	bool pci;   /* it is a PCI function, which adds itself to wiring->pci */
	/* Make it in `size` bytes of zeroed memory, in its power-on state. NULL, or a message that
	 * stays valid. What it adds to the clock and the bus is not taken back: after a message
	 * the machine is not used. */
	const char *(*init)(void *model, const struct model_wiring *wiring);
	const struct model_input *input;
	size_t n_inputs;
	/* Set input number `n`. NULL if there are none. */
	void (*set_input)(void *model, unsigned n, uint64_t value);
};

/* How many bytes there are from `at` to the end of the object that it is in; SIZE_MAX: it is not
 * known. */
typedef size_t model_room(const void *at);
/* Is the description complete and possible: names, sizes, offsets, register tables, lints? NULL, or
 * a message in `buf` that says what is wrong. For descriptions from outside. A list that lacks its
 * end, and an array that has fewer elements than its number says, are found by `room`; without it
 * (NULL), what lies behind them is read. */
const char *model_fault(const struct model *model, model_room *room, char *buf, size_t size);
/* Likewise for a device of a board. */
const char *device_ops_fault(const struct device_ops *ops, model_room *room, char *buf,
			     size_t size);

#endif
