/* SPDX-License-Identifier: MIT */
/* Devices that the user adds to a machine: `--device lpt,port=0x378,irq=7`. After the name of a
 *model (emu/model.h) come the places of its parts, its interrupt line, and a name for it:
 *
 *	NAME[,port=N][,memory=N][,port2=N]...[,irq=N][,name=WORD]
 *
 * A PCI function has no place: firmware programs its BARs. */
#ifndef HARNESS_MACHINE_ADDED_H
#define HARNESS_MACHINE_ADDED_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/model.h"
#include "harness/machine/machine.h"

struct machine_added {
	const struct model *model;
	void *memory; /* owned: the model's struct */
	char name[MODEL_NAME_SIZE];
	bool has_irq;
	unsigned irq;
	struct machine *machine;
	unsigned n; /* its place in the config */
};

/* Our own models that a user can add, by number; NULL: no more. */
const struct model *machine_model_at(size_t n);
/* Can a machine of this kind have it? */
bool machine_kind_takes(const struct machine_kind *kind, const struct model *model);

/* Write what may stand after its name: "port=N,irq=N,name=WORD". */
void machine_model_usage(const struct model *model, char *buf, size_t size);

/* Make, place and connect a device of the machine's config. `slot` is the device number, if it is a
 * PCI function. NULL or a message in the machine. */
__attribute__((warn_unused_result)) const char *
machine_add(struct machine *m, const struct machine_device *device, unsigned slot);
/* Does number `n` of the config's devices send anything to the world outside? */
bool machine_device_sends(const struct machine *m, unsigned n);
/* The added device of this name; NULL: none. */
struct machine_added *machine_added_find(const struct machine *m, const char *name);
/* Set an input of the device, by its number in the model's table. */
void machine_added_set(struct machine_added *added, unsigned input, uint64_t value);
/* The first place of a device that nothing has accessed at any of its places since the machine was
 * made. NULL: something has, or the device is a PCI function, which firmware looks at. */
const struct bus_range *machine_added_untouched(const struct machine_added *added);
void machine_added_free(struct machine *m);

#endif
