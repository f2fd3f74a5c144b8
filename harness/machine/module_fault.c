/* SPDX-License-Identifier: MIT */
/* What can be wrong with a module: it was built for another bimetal, or describes something that
 * cannot be. */
#include <stdio.h>
#include <string.h>

#include "bimetal/board.h"
#include "harness/machine/added.h"
#include "harness/machine/module.h"
#include "harness/support/object_room.h"

enum {
	MAX_SIZES = 64,
	MAX_NAME = 64,
	MAX_TEXT = 256,
	MAX_BOARD = 64 << 20,
	MAX_PARTS = 128,
	PAGE = 4096,
	MIN_HOLE = 1 << 20
};
#define MAX_HOLE (UINT64_C(4) << 30)

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

/* ---- names that are taken ---- */

/* Another device of the same name? One of ours on a user's board is ours. */
static bool is_other(const struct device_ops *our, const struct device_ops *its)
{
	return strcmp(our->name, its->name) == 0 && our->about != its->about;
}

static bool table_has(const struct part *part, size_t n, const struct device_ops *ops)
{
	for (size_t i = 0; i < n; i++)
		if (part[i].ops && is_other(part[i].ops, ops)) return true;
	return false;
}

static bool kind_has(const struct machine_kind *kind, const struct device_ops *ops)
{
	bool has = false;

	for (unsigned i = 0; i < MACHINE_PART_TABLES; i++)
		has |= table_has(kind->parts[i].part, kind->parts[i].n, ops);
	for (size_t i = 0; i < kind->n_cards; i++)
		has |= table_has(kind->card[i].part, kind->card[i].n_parts, ops);
	return has;
}

static bool model_has(const struct model *model, const struct device_ops *ops)
{
	for (size_t i = 0; i < model->n_parts; i++)
		if (is_other(model->part[i].ops, ops)) return true;
	return false;
}

/* Has bimetal another device of this name? Then ids of lints would have two meanings. */
static bool is_taken(const struct device_ops *ops)
{
	static const char *const others[] = { "bus", "cpu", "twin" }; /* of the catalogue */
	bool has = false;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) has |= strcmp(others[i], ops->name) == 0;
	for (unsigned i = 0; machine_kind_at(i); i++) has |= kind_has(machine_kind_at(i), ops);
	for (size_t i = 0; machine_model_at(i); i++) has |= model_has(machine_model_at(i), ops);
	return has;
}

static const char *name_fault(const struct device_ops *ops, char error[MODULE_ERROR_SIZE])
{
	if (!is_taken(ops)) return NULL;
	snprintf(error, MODULE_ERROR_SIZE,
		 "its device '%s' has the name of one of bimetal's own, so that the ids of their "
		 "lints would be the same: give it another name",
		 ops->name);
	return error;
}

static const char *names_fault(const struct model *model, char error[MODULE_ERROR_SIZE])
{
	const char *fault = NULL;

	for (size_t i = 0; !fault && i < model->n_parts; i++)
		fault = name_fault(model->part[i].ops, error);
	return fault;
}

/* ---- boards ---- */

static const char *ops_fault(const struct machine_kind *kind, const struct device_ops *ops,
			     char error[MODULE_ERROR_SIZE])
{
	char why[MODULE_ERROR_SIZE / 2];

	if (!device_ops_fault(ops, object_room, why, sizeof(why))) return name_fault(ops, error);
	snprintf(error, MODULE_ERROR_SIZE, "board '%s': %s", kind->name, why);
	return error;
}

/* What stimuli use of a part's model. */
static const char *part_model_fault(const struct machine_kind *kind, const struct part *p,
				    char error[MODULE_ERROR_SIZE])
{
	char why[MODULE_ERROR_SIZE / 2];
	const char *fault = model_fault(p->model, object_room, why, sizeof(why));

	if (!fault && p->model->part[0].ops != p->ops)
		fault = "the first part of the model has other ops than the part of the board";
	if (!fault && p->model->size > kind->board_size - p->device)
		fault = "the model's struct does not fit into the board's at this place";
	if (!fault) return NULL;
	snprintf(error, MODULE_ERROR_SIZE, "board '%s': the model of a part: %s", kind->name,
		 fault);
	return error;
}

static const char *part_fault(const struct machine_kind *kind, const struct part *p, const char *of,
			      size_t n, char error[MODULE_ERROR_SIZE])
{
	const char *what = NULL;

	if (kind->board_size < sizeof(struct device) ||
	    p->device > kind->board_size - sizeof(struct device) ||
	    p->device % _Alignof(struct device) != 0)
		what = "has its device outside of the board's struct, or not aligned";
	else if (p->space != BUS_PORT && p->space != BUS_MEMORY)
		what = "is in an unknown address space";
	else if (p->base > UINT64_MAX - p->size)
		what = "is beyond the end of its address space";
	if (what) {
		snprintf(error, MODULE_ERROR_SIZE, "board '%s': part %zu of %s %s", kind->name, n,
			 of, what);
		return error;
	}
	if (p->model && part_model_fault(kind, p, error)) return error;
	return p->ops ? ops_fault(kind, p->ops, error) : NULL;
}

static bool is_known(const char *name)
{
	for (unsigned i = 0; machine_kind_at(i); i++)
		if (strcmp(machine_kind_at(i)->name, name) == 0) return true;
	return false;
}

/* As in --machine, and in lists of names. */
static bool is_word(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t n = name ? strnlen(name, MODEL_NAME_SIZE) : 0;

	return n > 0 && n < MODEL_NAME_SIZE && strspn(name, allowed) == n;
}

static const char *socket_fault(const struct machine_kind *kind)
{
	for (size_t i = 0; i < kind->n_sockets; i++) {
		const struct part_socket *s = &kind->socket[i];

		if (!s->name || strnlen(s->name, MAX_TEXT) == MAX_TEXT ||
		    (s->space != BUS_PORT && s->space != BUS_MEMORY) || !s->size)
			return "a socket without a name, an address space or a size";
	}
	return NULL;
}

static const char *card_fault(const struct machine_kind *kind)
{
	for (size_t i = 0; i < kind->n_cards; i++) {
		const struct machine_card *c = &kind->card[i];

		if (!is_word(c->name) || !c->plug || c->n_parts > MAX_PARTS ||
		    (c->n_parts && !c->part))
			return "a card without a name, plug(), or its table of parts";
	}
	return NULL;
}

static const char *tables_fault(const struct machine_kind *kind)
{
	const char *what;

	if (kind->n_sockets > MAX_PARTS || kind->n_cards > MAX_PARTS)
		return "a table of more than 128 rows";
	if ((kind->n_sockets && !kind->socket) || (kind->n_cards && !kind->card))
		return "a table that has rows is NULL";
	what = socket_fault(kind);
	return what ? what : card_fault(kind);
}

static const char *board_text_fault(const struct machine_kind *kind, char error[MODULE_ERROR_SIZE])
{
	const char *what = NULL;

	if (!is_word(kind->name))
		return "the name of its board is not a word of at most 31 lower-case letters, "
		       "digits, hyphens and underscores";
	if (is_known(kind->name))
		what = "that is the name of a machine of bimetal's own; give it another";
	else if (kind->board_size == 0 || kind->board_size > MAX_BOARD)
		what = "its struct has no size, or more than 64 MiB";
	else if (kind->hole % PAGE != 0 || kind->hole < MIN_HOLE || kind->hole > MAX_HOLE)
		what = "`hole` is not a multiple of 4 KiB from 1 MiB to 4 GiB: RAM from there on "
		       "is at 4 GiB instead";
	else if (kind->firmware && !kind->firmware->reset)
		what = "its firmware has no reset()";
	else
		what = tables_fault(kind);
	if (!what) return NULL;
	snprintf(error, MODULE_ERROR_SIZE, "board '%s': %s", kind->name, what);
	return error;
}

static const char *parts_fault(const struct machine_kind *kind, const struct part *part, size_t n,
			       const char *of, char error[MODULE_ERROR_SIZE])
{
	const char *fault = NULL;

	if (n > MAX_PARTS || (n && !part)) {
		snprintf(error, MODULE_ERROR_SIZE,
			 "board '%s': %s has %zu parts; at most %d are possible, in a table",
			 kind->name, of, n, MAX_PARTS);
		return error;
	}
	if (n && object_room(part) / sizeof(*part) < n) {
		snprintf(error, MODULE_ERROR_SIZE,
			 "board '%s': %s has %zu parts, but their array has fewer", kind->name, of,
			 n);
		return error;
	}
	for (size_t i = 0; !fault && i < n; i++) fault = part_fault(kind, &part[i], of, i, error);
	return fault;
}

/* Does another part's device share bytes with this one? Several rows may be of one device. */
static bool overlaps(const struct machine_kind *kind, const struct part *p)
{
	for (unsigned table = 0; table < MACHINE_PART_TABLES; table++)
		for (size_t i = 0; i < kind->parts[table].n; i++) {
			size_t at = kind->parts[table].part[i].device;
			size_t apart = at < p->device ? p->device - at : at - p->device;

			if (apart != 0 && apart < sizeof(struct device)) return true;
		}
	return false;
}

static const char *overlap_fault(const struct machine_kind *kind, char error[MODULE_ERROR_SIZE])
{
	for (unsigned table = 0; table < MACHINE_PART_TABLES; table++)
		for (size_t i = 0; i < kind->parts[table].n; i++) {
			if (!overlaps(kind, &kind->parts[table].part[i])) continue;
			snprintf(error, MODULE_ERROR_SIZE,
				 "board '%s': the device of part %zu of table %u overlaps another",
				 kind->name, i, table);
			return error;
		}
	return NULL;
}

static const char *board_fault(const struct machine_kind *kind, char error[MODULE_ERROR_SIZE])
{
	static const char *const table[MACHINE_PART_TABLES] = { "table 0", "table 1" };
	const char *fault = board_text_fault(kind, error);

	for (unsigned i = 0; !fault && i < MACHINE_PART_TABLES; i++)
		fault = parts_fault(kind, kind->parts[i].part, kind->parts[i].n, table[i], error);
	for (size_t i = 0; !fault && i < kind->n_cards; i++)
		fault = parts_fault(kind, kind->card[i].part, kind->card[i].n_parts,
				    kind->card[i].name, error);
	return fault ? fault : overlap_fault(kind, error);
}

const char *module_fault(const struct bimetal_module *module, char error[MODULE_ERROR_SIZE])
{
	const char *fault = stranger(module, error);
	char why[MODULE_ERROR_SIZE / 2];

	if (!fault && !module->model && !module->board)
		fault = "it has neither a model nor a board";
	if (!fault && module->model) {
		fault = model_fault(module->model, object_room, why, sizeof(why));
		if (fault) {
			snprintf(error, MODULE_ERROR_SIZE, "its model cannot be used: %s", why);
			return error;
		}
		fault = names_fault(module->model, error);
	}
	if (!fault && module->board) fault = board_fault(module->board, error);
	if (fault && fault != error) snprintf(error, MODULE_ERROR_SIZE, "%s", fault);
	return fault ? error : NULL;
}
