/* SPDX-License-Identifier: MIT */
#include "harness/machine/inputs.h"

#include <string.h>

#include "harness/machine/added.h"
#include "harness/machine/board.h"

/* The part of the board that says which model it is, and whose device has this name. */
static const struct part *find_part(const struct machine *m, const char *name)
{
	for (unsigned table = 0; table < MACHINE_PART_TABLES; table++)
		for (size_t i = 0; i < m->kind->parts[table].n; i++) {
			const struct part *p = &m->kind->parts[table].part[i];
			const struct device *dev = (struct device *)((char *)m->board + p->device);

			if (p->model && dev->instance && strcmp(dev->instance, name) == 0) return p;
		}
	return NULL;
}

/* Number n of the parts of the board that have inputs and a name. */
static const char *name_of_part(const struct machine *m, size_t n)
{
	for (unsigned table = 0; table < MACHINE_PART_TABLES; table++)
		for (size_t i = 0; i < m->kind->parts[table].n; i++) {
			const struct part *p = &m->kind->parts[table].part[i];
			const struct device *dev = (struct device *)((char *)m->board + p->device);

			if (!p->model || !p->model->n_inputs || !dev->instance) continue;
			if (n-- == 0) return dev->instance;
		}
	return NULL;
}

const char *machine_inputs_name(const struct machine *m, size_t n)
{
	for (size_t i = 0; i < m->n_added; i++)
		if (m->added[i]->model->n_inputs && n-- == 0) return m->added[i]->name;
	return name_of_part(m, n);
}

bool machine_inputs_find(const struct machine *m, const char *name, struct machine_inputs *inputs)
{
	const struct machine_added *added = machine_added_find(m, name);
	const struct part *part = added ? NULL : find_part(m, name);

	if (added) *inputs = (struct machine_inputs){ added->model, added->memory };
	if (part) *inputs = (struct machine_inputs){ part->model, (char *)m->board + part->device };
	return added || part;
}
