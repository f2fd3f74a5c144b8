/* SPDX-License-Identifier: MIT */
/* What can be wrong with the description of a model. */
#include "emu/model.h"

#include <ctype.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/about.h"
#include "emu/judge.h"

enum {
	MAX_ROWS = 1024,
	MAX_CELLS = 1 << 16, /* registers of a table, with those of arrays */
	MAX_LINTS = 1024,
	MAX_TEXT = 4096,
	MAX_FIELDS = 64,
	MAX_PORTS = 1 << 16,
	MEMORY_BITS = 40
};

/* ---- texts ---- */

/* Letters, digits, and these; it begins with a letter. */
static bool is_name(const char *text, const char *besides, size_t size)
{
	size_t n = text ? strnlen(text, size) : 0;

	if (n == 0 || n == size || !isalpha((unsigned char)text[0])) return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr(besides, text[i])) return false;
	return true;
}

static bool is_lower(const char *text)
{
	for (; *text; text++)
		if (isupper((unsigned char)*text)) return false;
	return true;
}

/* Optional texts may be NULL. */
static bool is_text(const char *text) { return !text || strnlen(text, MAX_TEXT) < MAX_TEXT; }

/* ---- tables ---- */

static const char *fields_fault(const struct judge *j, const char *of, const struct reg_desc *r)
{
	size_t n = judge_count(j, r->fields, sizeof(*r->fields));

	/* More fields than bits overlap; that is found later. */
	for (unsigned i = 0; r->fields && i <= MAX_FIELDS; i++) {
		if (i == n)
			return refuse(j,
				      "%s: the fields of register '%s' have no end: close them "
				      "with { 0 }",
				      of, r->name);
		if (!r->fields[i].name) break;
		if (!is_text(r->fields[i].name))
			return refuse(j,
				      "%s: register '%s' has a field without the end of its name",
				      of, r->name);
	}
	return NULL;
}

/* What reg_table_fault() reads must have an end. */
static const char *row_fault(const struct judge *j, const char *of, const struct reg_desc *r)
{
	if (!is_name(r->name, "_", MODEL_NAME_SIZE))
		return refuse(
			j,
			"%s: the name of register '%.*s' is not a word of at most %d letters, "
			"digits and underscores",
			of, MODEL_NAME_SIZE, r->name, MODEL_NAME_SIZE - 1);
	if (!is_text(r->spec) || !is_text(r->kept) || !is_text(r->undone))
		return refuse(j, "%s: register '%s' has a text of more than %d bytes", of, r->name,
			      MAX_TEXT - 1);
	if (r->compare > REG_COMPARE_DEADLINE)
		return refuse(j, "%s: register '%s': unknown way to compare it", of, r->name);
	return fields_fault(j, of, r);
}

static const char *rows_fault(const struct judge *j, const char *of, const struct reg_desc *regs,
			      unsigned n)
{
	const char *fault = NULL;

	for (unsigned i = 0; !fault && i < n; i++)
		if (regs[i].name) fault = row_fault(j, of, &regs[i]);
	if (!fault && reg_table_slots(regs, n) > MAX_CELLS)
		return refuse(j,
			      "%s: a table of %zu registers, with all of its arrays; at most %d "
			      "are possible",
			      of, reg_table_slots(regs, n), MAX_CELLS);
	return fault;
}

static const char *table_fault(const struct judge *j, const char *of, const struct reg_desc *regs,
			       unsigned n)
{
	const struct reg_desc *where = NULL;
	char field[2 * MODEL_NAME_SIZE];
	const char *fault;

	if (!regs && n == 0) return NULL;
	if (!regs || n == 0 || n > MAX_ROWS)
		return refuse(j, "%s: a table of %u registers%s; 1 to %d are possible", of, n,
			      regs ? "" : " that is NULL", MAX_ROWS);
	if (judge_count(j, regs, sizeof(*regs)) < n)
		return refuse(j, "%s: a table of %u registers, but its array has fewer rows", of,
			      n);
	fault = rows_fault(j, of, regs, n);
	if (fault) return fault;
	fault = reg_table_fault(regs, n, &where);
	if (!fault) return NULL;
	reg_row_fault_field(where, field, sizeof(field));
	return refuse(j, "%s: register '%s'%s%s%s: %s", of, where->name,
		      field[0] ? ", field '" : "", field, field[0] ? "'" : "", fault);
}

/* The names of the banks that rows are in. */
static const char *banks_fault(const struct judge *j, const char *of, const struct about_table *t)
{
	for (unsigned i = 0; t->bank && i < t->n; i++) {
		unsigned bank = t->regs[i].bank;

		if (t->regs[i].name && bank && !is_text(t->bank[bank]))
			return refuse(j, "%s: the name of bank %u has more than %d bytes", of, bank,
				      MAX_TEXT - 1);
	}
	return NULL;
}

/* ---- about ---- */

static const char *lint_fault(const struct judge *j, const char *of, const struct lint_desc *d)
{
	if (!is_name(d->rule, "-_", MODEL_NAME_SIZE))
		return refuse(j, "%s: a lint's rule is not a word of letters, digits and hyphens",
			      of);
	if (d->severity > LINT_NOTE)
		return refuse(j, "%s: lint '%s' has an unknown severity", of, d->rule);
	if (!d->clause || !d->hardware || !d->instead)
		return refuse(j,
			      "%s: lint '%s' lacks its clause, what hardware does, or what to do "
			      "instead",
			      of, d->rule);
	if (!is_text(d->reg) || !is_text(d->spec) || !is_text(d->clause) || !is_text(d->hardware) ||
	    !is_text(d->instead))
		return refuse(j, "%s: lint '%s' has a text of more than %d bytes", of, d->rule,
			      MAX_TEXT);
	return NULL;
}

/* A list, which a row without a rule ends. */
static const char *list_fault(const struct judge *j, const char *of, const struct lint_desc *list)
{
	size_t n = judge_count(j, list, sizeof(*list));
	const char *fault;

	for (unsigned i = 0; i < MAX_LINTS; i++) {
		if (i == n) break;
		if (!list[i].rule) return NULL;
		fault = lint_fault(j, of, &list[i]);
		if (fault) return fault;
	}
	return refuse(j, "%s: a list of lints has no end: close it with { 0 }", of);
}

static const char *lints_fault(const struct judge *j, const char *of,
			       const struct device_about *about)
{
	const char *fault = NULL;

	for (unsigned list = 0; !fault && about->lints[list]; list++) {
		if (list == ABOUT_MAX_LISTS)
			return refuse(j, "%s: more than %d lists of lints, or no NULL behind them",
				      of, ABOUT_MAX_LISTS);
		fault = list_fault(j, of, about->lints[list]);
	}
	return fault;
}

static const char *about_table_fault(const struct judge *j, const char *of,
				     const struct about_table *t)
{
	const char *fault = table_fault(j, of, t->regs, t->n);

	if (fault) return fault;
	if (t->kind != ABOUT_BY_OFFSET && t->kind != ABOUT_INNER)
		return refuse(j, "%s: a table of an unknown kind", of);
	if (!is_text(t->title))
		return refuse(j, "%s: a table has a title of more than %d bytes", of, MAX_TEXT - 1);
	return banks_fault(j, of, t);
}

static const char *about_fault(const struct judge *j, const char *of,
			       const struct device_about *about)
{
	const char *fault = NULL;

	if (!about) return refuse(j, "%s: no `about`", of);
	if (!about->title || !is_text(about->title) || !is_text(about->reached) ||
	    !is_text(about->document))
		return refuse(j, "%s: `about` has no title, or a text of more than %d bytes", of,
			      MAX_TEXT);
	for (unsigned i = 0; !fault && about->table[i].regs; i++) {
		if (i == ABOUT_MAX_TABLES)
			return refuse(j, "%s: more than %d tables, or no NULL behind them", of,
				      ABOUT_MAX_TABLES);
		fault = about_table_fault(j, of, &about->table[i]);
	}
	return fault ? fault : lints_fault(j, of, about);
}

/* ---- parts ---- */

static const char *ops_fault(const struct judge *j, const struct device_ops *ops)
{
	const char *fault;

	if (!is_name(ops->name, "_", MODEL_NAME_SIZE))
		return refuse(j, "the name of a device is not a word of letters, digits and "
				 "underscores, as the ids of its lints need");
	if (!ops->regs && !ops->decode && !(ops->mem_read && ops->mem_write))
		return refuse(j,
			      "%s: it has neither registers nor both of mem_read() and mem_write()",
			      ops->name);
	fault = table_fault(j, ops->name, ops->regs, ops->n_regs);
	return fault ? fault : about_fault(j, ops->name, ops->about);
}

static const char *range_fault(const struct judge *j, const struct model *m,
			       const struct model_part *p)
{
	uint64_t most = p->space == BUS_PORT ? MAX_PORTS : UINT64_C(1) << MEMORY_BITS;

	if (p->space != BUS_PORT && p->space != BUS_MEMORY)
		return refuse(j, "%s: a part in an unknown address space", m->name);
	if (m->pci && p->size)
		return refuse(
			j,
			"%s: a part of a PCI function with a size: BARs have it, and firmware "
			"places them",
			m->name);
	if (p->size > most || p->offset > most)
		return refuse(j, "%s: a part of 0x%" PRIx64 " bytes at offset 0x%" PRIx64, m->name,
			      p->size, p->offset);
	return NULL;
}

/* device_init() writes all registers. */
static const char *room_fault(const struct judge *j, const struct model *m,
			      const struct device_ops *ops)
{
	size_t n = reg_table_slots(ops->regs, ops->n_regs);

	if (n <= (m->size - sizeof(struct device)) / sizeof(uint64_t)) return NULL;
	return refuse(j,
		      "%s: the %zu registers of %s have no room in a struct of %zu bytes: "
		      "each has a uint64_t",
		      m->name, n, ops->name, m->size);
}

/* Two parts may be the same device. */
static bool overlap(size_t a, size_t b)
{
	size_t apart = a < b ? b - a : a - b;

	return apart != 0 && apart < sizeof(struct device);
}

static const char *part_fault(const struct judge *j, const struct model *m, size_t n)
{
	const struct model_part *p = &m->part[n];
	const char *fault;

	if (p->device > m->size - sizeof(struct device) || p->device % _Alignof(struct device) != 0)
		return refuse(j,
			      "%s: part %zu has its device outside of the model's struct, or "
			      "not aligned",
			      m->name, n);
	if (n == 0 && p->device != 0)
		return refuse(j, "%s: the first part's device is not the first member", m->name);
	for (size_t i = 0; i < n; i++)
		if (overlap(m->part[i].device, p->device))
			return refuse(j, "%s: the devices of parts %zu and %zu overlap", m->name, i,
				      n);
	if (!p->ops) return refuse(j, "%s: part %zu has no `ops`", m->name, n);
	fault = range_fault(j, m, p);
	if (!fault) fault = ops_fault(j, p->ops);
	return fault ? fault : room_fault(j, m, p->ops);
}

/* Does an access reach all of the row through a part? Several may show pieces of one table. */
static bool is_reached(const struct model *m, const struct reg_desc *table,
		       const struct reg_desc *r)
{
	uint64_t end = r->offset + (uint64_t)(reg_cells(r) - 1) * r->stride + reg_bytes(r);

	for (size_t i = 0; i < m->n_parts; i++) {
		const struct model_part *p = &m->part[i];

		if (p->ops->regs == table && r->offset >= p->offset && end <= p->offset + p->size)
			return true;
	}
	return false;
}

/* Firmware places those of a PCI function, whose BARs have the sizes. */
static const char *reach_fault(const struct judge *j, const struct model *m, size_t n)
{
	const struct device_ops *ops = m->part[n].ops;

	if (m->pci || !m->part[n].size || ops->decode || ops->mem_read) return NULL;
	for (unsigned i = 0; i < ops->n_regs; i++)
		if (ops->regs[i].name && !is_reached(m, ops->regs, &ops->regs[i]))
			return refuse(j,
				      "%s: register '%s' of %s is beyond the 0x%" PRIx64
				      " bytes of part %zu, so that no access reaches it",
				      m->name, ops->regs[i].name, ops->name, m->part[n].size, n);
	return NULL;
}

/* ---- names of registers in lints ---- */

static bool has_register(const struct device_about *about, const char *pattern)
{
	for (const struct about_table *t = about->table; t->regs; t++)
		for (unsigned i = 0; i < t->n; i++)
			if (t->regs[i].name && fnmatch(pattern, t->regs[i].name, 0) == 0)
				return true;
	return false;
}

/* A slip of the pen would make an id that no lint ever has. */
static const char *names_fault(const struct judge *j, const struct device_ops *ops,
			       const struct lint_desc *d)
{
	char word[MODEL_NAME_SIZE];
	size_t n;

	for (const char *at = d->reg; at && *at; at += n, at += strspn(at, " ")) {
		n = strcspn(at, " ");
		snprintf(word, sizeof(word), "%.*s", n < sizeof(word) ? (int)n : 0, at);
		if (word[0] && !has_register(ops->about, word))
			return refuse(j,
				      "%s: lint '%s' is of register '%s', which none of its tables "
				      "has",
				      ops->name, d->rule, word);
	}
	return NULL;
}

/* Lists of bimetal's own, for PCI functions, name registers that not each of them has. */
static const char *lint_names_fault(const struct judge *j, const struct model *m, size_t n)
{
	const struct device_ops *ops = m->part[n].ops;
	const char *fault = NULL;

	if (m->pci) return NULL;
	for (unsigned list = 0; ops->about->lints[list]; list++)
		for (unsigned i = 0; !fault && ops->about->lints[list][i].rule; i++)
			fault = names_fault(j, ops, &ops->about->lints[list][i]);
	return fault;
}

static const char *parts_fault(const struct judge *j, const struct model *m)
{
	const char *fault = NULL;
	bool placed = false;

	if (!m->part || m->n_parts == 0 || m->n_parts > MODEL_MAX_PARTS)
		return refuse(j, "%s: %zu parts; 1 to %d are possible", m->name, m->n_parts,
			      MODEL_MAX_PARTS);
	if (judge_count(j, m->part, sizeof(*m->part)) < m->n_parts)
		return refuse(j, "%s: %zu parts, but their array has fewer", m->name, m->n_parts);
	for (size_t i = 0; !fault && i < m->n_parts; i++) {
		fault = part_fault(j, m, i);
		placed |= m->part[i].size != 0;
	}
	for (size_t i = 0; !fault && i < m->n_parts; i++) fault = reach_fault(j, m, i);
	for (size_t i = 0; !fault && i < m->n_parts; i++) fault = lint_names_fault(j, m, i);
	if (!fault && !placed && !m->pci)
		return refuse(j, "%s: no part has a size: it would be at no address", m->name);
	return fault;
}

/* ---- inputs ---- */

static const char *inputs_fault(const struct judge *j, const struct model *m)
{
	if (m->n_inputs > MODEL_MAX_INPUTS || (m->n_inputs && !m->input))
		return refuse(j, "%s: %zu inputs; at most %d are possible, in a table", m->name,
			      m->n_inputs, MODEL_MAX_INPUTS);
	if (m->n_inputs && judge_count(j, m->input, sizeof(*m->input)) < m->n_inputs)
		return refuse(j, "%s: %zu inputs, but their array has fewer", m->name, m->n_inputs);
	if (m->n_inputs && !m->set_input)
		return refuse(j, "%s: it has inputs, but no set_input()", m->name);
	for (size_t i = 0; i < m->n_inputs; i++) {
		const struct model_input *input = &m->input[i];

		if (!is_name(input->name, "-", MODEL_NAME_SIZE) || !is_lower(input->name))
			return refuse(j,
				      "%s: the name of input %zu is not a word of lower-case "
				      "letters, digits and hyphens",
				      m->name, i);
		for (size_t k = 0; k < i; k++)
			if (strcmp(m->input[k].name, input->name) == 0)
				return refuse(j, "%s: two inputs have the name '%s'", m->name,
					      input->name);
		if (!input->help || !is_text(input->help) || input->max == 0)
			return refuse(j, "%s: input '%s' lacks its help, or its greatest value",
				      m->name, input->name);
	}
	return NULL;
}

const char *device_ops_fault(const struct device_ops *ops, model_room *room, char *buf, size_t size)
{
	const struct judge j = { buf, size, room };

	if (size) buf[0] = '\0';
	return ops_fault(&j, ops);
}

const char *model_fault(const struct model *model, model_room *room, char *buf, size_t size)
{
	const struct judge j = { buf, size, room };
	const char *fault;

	if (size) buf[0] = '\0';
	if (!is_name(model->name, "-_", MODEL_NAME_SIZE) || !is_lower(model->name))
		return refuse(&j,
			      "its name is not a word of at most %d lower-case letters, "
			      "digits, hyphens and underscores",
			      MODEL_NAME_SIZE - 1);
	if (model->size < sizeof(struct device) || model->size > MODEL_MAX_SIZE)
		return refuse(&j, "%s: a struct of %zu bytes; %zu to %d are possible", model->name,
			      model->size, sizeof(struct device), MODEL_MAX_SIZE);
	if (!model->init) return refuse(&j, "%s: no init()", model->name);
	fault = parts_fault(&j, model);
	return fault ? fault : inputs_fault(&j, model);
}
