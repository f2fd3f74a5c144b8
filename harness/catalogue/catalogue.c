/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/x86/lints.h"
#include "harness/machine/added.h"
#include "harness/machine/board.h"

enum {
	FIRST_ROOM = 64,
	MACHINES_SIZE = 256,
	USAGE_SIZE = 256,
	REACHED_SIZE = USAGE_SIZE + MODEL_MAX_INPUTS * (MODEL_NAME_SIZE + 2),
	MAX_ADDED = 64,
	BITS = 64,
	MAX_KINDS = CATALOGUE_KINDS_WORDS * BITS
};

/* A row while the list is made. */
struct row {
	struct catalogue_model model;
	char machines[MACHINES_SIZE], reached[REACHED_SIZE];
	const struct device_about *about;
	struct catalogue_place *place; /* owned: n_places, and one of size 0; or NULL */
	size_t n_places;
};
static const struct catalogue_place nowhere;

/* Made at the first call, and again after users' models were added. */
static struct {
	struct row *row;
	size_t n, room;
	const char *kind[MAX_KINDS]; /* the machines that were looked at */
	size_t n_kinds;
} list;
/* Those of users. */
static struct {
	const struct model *model[MAX_ADDED];
	const struct machine_kind *board[MAX_ADDED];
	size_t n_models, n_boards;
} added;

/* ---- what is no device, but has lints ---- */

static const struct device_about others[] = {
	{ .title = "Ports and physical addresses", .lints = { bus_lints } },
	{ .title = "The processor", .lints = { cpu_lints } },
	{ .title = "The port where twin tests' kernels report" },
};
static const char *const other_name[] = { "bus", "cpu", "twin" };

/* ---- making the list ---- */

static void *grow(void *old, size_t size)
{
	void *more = realloc(old, size);

	if (more) return more;
	fputs("bimetal: out of memory\n", stderr);
	abort();
}

static void forget_list(void)
{
	for (size_t i = 0; i < list.n; i++) free(list.row[i].place);
	list.n = 0;
	list.n_kinds = 0;
}

static void add(const char *name, const struct device_about *about)
{
	if (list.n == list.room) {
		list.room = list.room ? 2 * list.room : FIRST_ROOM;
		list.row = grow(list.row, list.room * sizeof(list.row[0]));
	}
	list.row[list.n++] = (struct row){ .model = { .name = name,
						      .title = about->title,
						      .place = &nowhere,
						      .reached = about->reached,
						      .document = about->document,
						      .table = about->table,
						      .lints = about->lints },
					   .about = about };
}

static void add_machine(struct row *row, const char *name)
{
	size_t used = strlen(row->machines);

	row->model.machines = row->machines;
	if (!catalogue_model_in(&row->model, name))
		snprintf(row->machines + used, MACHINES_SIZE - used, "%s%s", used ? " " : "", name);
}

/* Of the machine that is looked at. */
static void add_place(struct row *row, const struct part *part)
{
	size_t n = row->n_places, at = 0, kind = list.n_kinds - 1;

	while (at < n && (row->place[at].base != part->base || row->place[at].space != part->space))
		at++;
	if (at == n) {
		row->place = grow(row->place, (n + 2) * sizeof(row->place[0]));
		row->place[n] = (struct catalogue_place){ .base = part->base,
							  .size = part->size,
							  .space = part->space };
		row->place[n + 1] = nowhere;
		row->n_places = n + 1;
		row->model.place = row->place;
	}
	row->place[at].kinds[kind / BITS] |= UINT64_C(1) << kind % BITS;
}

bool catalogue_place_on(const struct catalogue_place *place, const char *machine)
{
	for (size_t i = 0; i < list.n_kinds; i++)
		if (strcmp(list.kind[i], machine) == 0)
			return place->kinds[i / BITS] >> i % BITS & 1;
	return false;
}

/* The device's number in the list. */
static size_t add_ops(const struct machine_kind *kind, const struct device_ops *ops)
{
	size_t at = 0;

	while (at < list.n && list.row[at].about != ops->about) at++;
	if (at == list.n) add(ops->name, ops->about);
	add_machine(&list.row[at], kind->name);
	return at;
}

static void add_parts(const struct machine_kind *kind, const struct part *part, size_t n,
		      bool foreign)
{
	for (size_t i = 0; i < n; i++) {
		const struct part *p = &part[i];
		size_t known = list.n;

		if (!p->ops || !p->ops->about) continue;
		size_t at = add_ops(kind, p->ops); /* it may move the rows */
		struct row *row = &list.row[at];
		if (list.n > known) row->model.foreign = foreign;
		if (p->size) add_place(row, p);
	}
}

/* Append to the row's `reached`, which has room for all that a model can have. */
__attribute__((format(printf, 2, 3))) static void append(struct row *row, const char *format, ...)
{
	size_t n = strlen(row->reached);
	va_list args;

	va_start(args, format);
	vsnprintf(row->reached + n, sizeof(row->reached) - n, format, args);
	va_end(args);
}

static void tell_model(struct row *row, const struct model *model, bool foreign)
{
	char usage[USAGE_SIZE];

	machine_model_usage(model, usage, sizeof(usage));
	append(row, "--device %s,%s adds it.", foreign ? "FILE.so" : model->name, usage);
	for (size_t i = 0; i < model->n_inputs; i++)
		append(row, "%s%s", i ? ", " : " Its inputs for stimuli: ", model->input[i].name);
	if (model->n_inputs) append(row, ".");
}

/* The user places it. */
static void add_model(const struct machine_kind *kind, const struct model *model, bool foreign)
{
	if (!machine_kind_takes(kind, model)) return;
	for (size_t i = 0; i < model->n_parts; i++) {
		size_t at = add_ops(kind, model->part[i].ops); /* it may move the rows */
		struct row *row = &list.row[at];

		row->model.foreign = foreign;
		if (row->about->reached || row->reached[0]) continue;
		tell_model(row, model, foreign);
	}
}

static void add_kind(const struct machine_kind *kind, bool foreign)
{
	assert(list.n_kinds < MAX_KINDS);
	list.kind[list.n_kinds++] = kind->name;
	for (unsigned i = 0; i < MACHINE_PART_TABLES; i++)
		add_parts(kind, kind->parts[i].part, kind->parts[i].n, foreign);
	for (size_t i = 0; i < kind->n_cards; i++)
		add_parts(kind, kind->card[i].part, kind->card[i].n_parts, foreign);
	for (size_t i = 0; machine_model_at(i); i++) add_model(kind, machine_model_at(i), false);
	for (size_t i = 0; i < added.n_models; i++) add_model(kind, added.model[i], true);
}

static int by_name(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strcmp(x->model.name, y->model.name);
}

static void make_list(void)
{
	for (unsigned i = 0; machine_kind_at(i); i++) add_kind(machine_kind_at(i), false);
	for (size_t i = 0; i < added.n_boards; i++) add_kind(added.board[i], true);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) add(other_name[i], &others[i]);
	qsort(list.row, list.n, sizeof(list.row[0]), by_name);
	/* They were moved. */
	for (size_t i = 0; i < list.n; i++) {
		struct row *row = &list.row[i];

		if (row->model.machines) row->model.machines = row->machines;
		if (row->reached[0]) row->model.reached = row->reached;
	}
}

size_t catalogue_size(void)
{
	if (!list.n) make_list();
	return list.n;
}

const struct catalogue_model *catalogue_at(size_t i)
{
	return i < catalogue_size() ? &list.row[i].model : NULL;
}

void catalogue_add_model(const struct model *model)
{
	for (size_t i = 0; i < added.n_models; i++)
		if (added.model[i] == model) return;
	assert(added.n_models < MAX_ADDED); /* module_load() loads no more */
	added.model[added.n_models++] = model;
	forget_list();
}

void catalogue_add_board(const struct machine_kind *kind)
{
	for (size_t i = 0; i < added.n_boards; i++)
		if (added.board[i] == kind) return;
	assert(added.n_boards < MAX_ADDED);
	added.board[added.n_boards++] = kind;
	forget_list();
}

bool catalogue_has_foreign(void) { return added.n_models || added.n_boards; }

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
