/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/x86/lints.h"
#include "harness/machine/board.h"

enum { MAX_MODELS = 64, MACHINES_SIZE = 64 };

/* Made at the first call, and the same ever after. */
static struct {
	struct catalogue_model model[MAX_MODELS];
	char machines[MAX_MODELS][MACHINES_SIZE];
	const struct device_about *about[MAX_MODELS];
	size_t n;
} list;

/* ---- what is no device, but has lints ---- */

static const struct device_about others[] = {
	{ .title = "Ports and physical addresses", .lints = { bus_lints } },
	{ .title = "The processor", .lints = { cpu_lints } },
	{ .title = "The port where twin tests' kernels report" },
};
static const char *const other_name[] = { "bus", "cpu", "twin" };

/* ---- making the list ---- */

static struct catalogue_model *add(const char *name, const struct device_about *about)
{
	struct catalogue_model *m = &list.model[list.n];

	assert(list.n < MAX_MODELS);
	list.about[list.n++] = about;
	*m = (struct catalogue_model){ .name = name,
				       .title = about->title,
				       .reached = about->reached,
				       .document = about->document,
				       .table = about->table,
				       .lints = about->lints };
	return m;
}

static void add_machine(size_t at, const char *name)
{
	struct catalogue_model *m = &list.model[at];
	char *machines = list.machines[at];
	size_t used = strlen(machines);

	if (catalogue_model_in(m, name)) return;
	snprintf(machines + used, MACHINES_SIZE - used, "%s%s", used ? " " : "", name);
	m->machines = machines;
}

static void add_place(struct catalogue_model *m, const struct part *part)
{
	struct catalogue_place *p = m->place;

	for (; p->size; p++)
		if (p->base == part->base && p->space == part->space) return;
	assert(p < m->place + CATALOGUE_MAX_PLACES);
	*p = (struct catalogue_place){ part->base, part->size, part->space };
}

static void add_parts(const struct machine_kind *kind, const struct part *part, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct part *p = &part[i];
		size_t at = 0;

		if (!p->ops || !p->ops->about) continue;
		while (at < list.n && list.about[at] != p->ops->about) at++;
		if (at == list.n) (void)add(p->ops->name, p->ops->about);
		add_machine(at, kind->name);
		if (p->size) add_place(&list.model[at], p);
	}
}

static void add_kind(const struct machine_kind *kind)
{
	for (unsigned i = 0; i < MACHINE_PART_TABLES; i++)
		add_parts(kind, kind->parts[i].part, kind->parts[i].n);
	for (size_t i = 0; i < kind->n_cards; i++)
		add_parts(kind, kind->card[i].part, kind->card[i].n_parts);
}

static int by_name(const void *a, const void *b)
{
	const struct catalogue_model *x = a, *y = b;

	return strcmp(x->name, y->name);
}

size_t catalogue_size(void)
{
	if (list.n) return list.n;
	for (unsigned i = 0; machine_kind_at(i); i++) add_kind(machine_kind_at(i));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) (void)add(other_name[i], &others[i]);
	qsort(list.model, list.n, sizeof(list.model[0]), by_name);
	return list.n;
}

const struct catalogue_model *catalogue_at(size_t i)
{
	return i < catalogue_size() ? &list.model[i] : NULL;
}

/* ---- finding ---- */

const struct catalogue_model *catalogue_model(const char *name)
{
	for (size_t i = 0; i < catalogue_size(); i++)
		if (strcmp(catalogue_at(i)->name, name) == 0) return catalogue_at(i);
	return NULL;
}

bool catalogue_model_in(const struct catalogue_model *model, const char *machine)
{
	size_t len = strlen(machine);

	if (!model->machines) return false;
	for (const char *m = model->machines; *m; m += strcspn(m, " "), m += strspn(m, " "))
		if (strcspn(m, " ") == len && memcmp(m, machine, len) == 0) return true;
	return false;
}
