/* SPDX-License-Identifier: MIT */
/* What can be wrong with a module: it was built for another bimetal, or describes something that
 * cannot be. */
#include <stdio.h>
#include <string.h>

#include "bimetal/board.h"
#include "harness/machine/module.h"

enum { MAX_SIZES = 64, MAX_NAME = 64, MAX_BOARD = 64 << 20, MAX_PARTS = 128, PAGE = 4096 };

static const struct bimetal_module_size ours[] = { BIMETAL_BOARD_SIZES };

/* ---- built for this bimetal? ---- */

static const char *size_fault(const struct bimetal_module_size *its, char error[MODULE_ERROR_SIZE])
{
	if (!its->of || strnlen(its->of, MAX_NAME) == MAX_NAME)
		return "its list of sizes is damaged";
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		if (strcmp(its->of, ours[i].of) != 0) continue;
		if (its->bytes == ours[i].bytes) return NULL;
		snprintf(
			error, MODULE_ERROR_SIZE,
			"it was built for another bimetal: there %s has %zu bytes, here %zu; build "
			"it again",
			its->of, its->bytes, ours[i].bytes);
		return error;
	}
	snprintf(error, MODULE_ERROR_SIZE,
		 "it was built for another bimetal, which has a %s; build it again", its->of);
	return error;
}

static const char *stranger(const struct bimetal_module *m, char error[MODULE_ERROR_SIZE])
{
	const char *fault = NULL;

	if (memcmp(m->magic, BIMETAL_MODULE_MAGIC, sizeof(m->magic)) != 0)
		return "its object 'bimetal_module' is not what bimetal_add_model() writes";
	if (m->abi != BIMETAL_MODULE_ABI) {
		snprintf(
			error, MODULE_ERROR_SIZE,
			"it was built for version %u of the interface of modules, this bimetal has "
			"version %d; build it again",
			m->abi, BIMETAL_MODULE_ABI);
		return error;
	}
	if (m->n_sizes == 0 || m->n_sizes > MAX_SIZES || !m->size_of)
		return "its list of sizes is damaged";
	for (size_t i = 0; !fault && i < m->n_sizes; i++) fault = size_fault(&m->size_of[i], error);
	return fault;
}

/* ---- boards ---- */

static const char *part_fault(const struct machine_kind *kind, const struct part *p, unsigned table,
			      size_t n, char error[MODULE_ERROR_SIZE])
{
	const char *what = NULL;

	if (kind->board_size < sizeof(struct device) ||
	    p->device > kind->board_size - sizeof(struct device) ||
	    p->device % _Alignof(struct device) != 0)
		what = "has its device outside of the board's struct, or not aligned";
	else if (p->space != BUS_PORT && p->space != BUS_MEMORY)
		what = "is in an unknown address space";
	else if (p->ops && (!p->ops->name || strnlen(p->ops->name, MAX_NAME) == MAX_NAME))
		what = "has `ops` without a name";
	if (!what) return NULL;
	snprintf(error, MODULE_ERROR_SIZE, "board '%s': part %zu of table %u %s", kind->name, n,
		 table, what);
	return error;
}

static bool is_known(const char *name)
{
	for (unsigned i = 0; machine_kind_at(i); i++)
		if (strcmp(machine_kind_at(i)->name, name) == 0) return true;
	return false;
}

static const char *board_text_fault(const struct machine_kind *kind, char error[MODULE_ERROR_SIZE])
{
	const char *what = NULL;

	if (!kind->name || !*kind->name || strnlen(kind->name, MAX_NAME) == MAX_NAME)
		return "its board has no name, or one of more than 63 bytes";
	if (is_known(kind->name))
		what = "that is the name of a machine of bimetal's own; give it another";
	else if (kind->board_size == 0 || kind->board_size > MAX_BOARD)
		what = "its struct has no size, or more than 64 MiB";
	else if (kind->hole % PAGE != 0 || kind->hole == 0)
		what = "`hole` is 0, or not a multiple of 4 KiB: RAM from there on is at 4 GiB "
		       "instead";
	else if ((kind->n_sockets && !kind->socket) || (kind->n_cards && !kind->card))
		what = "a table that has rows is NULL";
	if (!what) return NULL;
	snprintf(error, MODULE_ERROR_SIZE, "board '%s': %s", kind->name, what);
	return error;
}

static const char *board_fault(const struct machine_kind *kind, char error[MODULE_ERROR_SIZE])
{
	const char *fault = board_text_fault(kind, error);

	for (unsigned table = 0; !fault && table < MACHINE_PART_TABLES; table++) {
		size_t n = kind->parts[table].n;

		if (n > MAX_PARTS || (n && !kind->parts[table].part)) {
			snprintf(error, MODULE_ERROR_SIZE,
				 "board '%s': table %u has %zu parts; at most %d are possible",
				 kind->name, table, n, MAX_PARTS);
			return error;
		}
		for (size_t i = 0; !fault && i < n; i++)
			fault = part_fault(kind, &kind->parts[table].part[i], table, i, error);
	}
	return fault;
}

const char *module_fault(const struct bimetal_module *module, char error[MODULE_ERROR_SIZE])
{
	const char *fault = stranger(module, error);
	char why[MODULE_ERROR_SIZE / 2];

	if (!fault && !module->model && !module->board)
		fault = "it has neither a model nor a board";
	if (!fault && module->model) {
		fault = model_fault(module->model, why, sizeof(why));
		if (fault) {
			snprintf(error, MODULE_ERROR_SIZE, "its model cannot be used: %s", why);
			return error;
		}
	}
	if (!fault && module->board) fault = board_fault(module->board, error);
	if (fault && fault != error) snprintf(error, MODULE_ERROR_SIZE, "%s", fault);
	return fault ? error : NULL;
}
