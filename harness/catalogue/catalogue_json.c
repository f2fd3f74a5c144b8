/* SPDX-License-Identifier: MIT */
#include "harness/catalogue/catalogue_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "harness/catalogue/explain.h"
#include "harness/catalogue/fidelity_internal.h"
#include "harness/catalogue/register_text.h"

/* If out of memory a value is NULL, and jansson's functions fail: *ok is false at the end. */
static void set(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (json_object_set_new(object, key, value) != 0) *ok = false;
}

static void push(json_t *array, json_t *value, bool *ok)
{
	if (json_array_append_new(array, value) != 0) *ok = false;
}

static json_t *text_or_null(const char *text) { return text ? json_string(text) : json_null(); }

/* Takes the value over. */
static bool write_json(FILE *out, json_t *value, bool ok)
{
	if (ok)
		ok = value && json_dumpf(value, out, JSON_INDENT(2)) == 0 &&
		     fputc('\n', out) != EOF;
	json_decref(value);
	return ok;
}

static void set_spec(json_t *o, const char *spec, bool *ok)
{
	set(o, "document", json_string(explain_document(spec)), ok);
	set(o, "read", json_boolean(explain_was_read(spec)), ok);
}

/* ---- lints ---- */

static const char *const severities[] = {
	[LINT_GUEST] = "guest", [LINT_NOT_MODELLED] = "not-modelled", [LINT_NOTE] = "note"
};

static json_t *lint_object(const struct catalogue_lint *lint, bool *ok)
{
	json_t *o = json_object();
	struct explanation text;

	explain(lint, &text);
	set(o, "id", json_string(lint->id), ok);
	set(o, "model", json_string(lint->model->name), ok);
	set(o, "rule", json_string(lint->desc->rule), ok);
	set(o, "from_table", json_boolean(lint->from_table), ok);
	set(o, "severity", json_string(severities[lint->desc->severity]), ok);
	set(o, "clause", json_string(text.clause), ok);
	set(o, "hardware", json_string(text.hardware), ok);
	set(o, "instead", json_string(text.instead), ok);
	set_spec(o, lint->spec, ok);
	return o;
}

bool catalogue_json_lint(FILE *out, const struct catalogue_lint *lint)
{
	bool ok = true;
	json_t *o = lint_object(lint, &ok);

	return write_json(out, o, ok);
}

bool catalogue_json_lints(FILE *out, const struct catalogue_lint *lints, size_t n)
{
	bool ok = true;
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) push(array, lint_object(&lints[i], &ok), &ok);
	return write_json(out, array, ok);
}

/* ---- models ---- */

static json_t *machine_names(const char *names, bool *ok)
{
	json_t *array = json_array();

	for (; *names; names += strcspn(names, " "), names += strspn(names, " "))
		push(array, json_stringn(names, strcspn(names, " ")), ok);
	return array;
}

static json_t *places(const struct catalogue_model *m, bool *ok)
{
	json_t *array = json_array();

	for (const struct catalogue_place *p = m->place; p->size; p++) {
		json_t *o = json_object();
		set(o, "space", json_string(p->space == BUS_PORT ? "port" : "memory"), ok);
		set(o, "base", json_integer((json_int_t)p->base), ok);
		set(o, "size", json_integer((json_int_t)p->size), ok);
		push(array, o, ok);
	}
	return array;
}

static json_t *model_object(const struct catalogue_model *m, bool *ok)
{
	json_t *o = json_object();

	set(o, "name", json_string(m->name), ok);
	set(o, "title", json_string(m->title), ok);
	set(o, "machines", machine_names(m->machines ? m->machines : "", ok), ok);
	set(o, "places", places(m, ok), ok);
	set(o, "reached", text_or_null(m->reached), ok);
	set(o, "document", text_or_null(m->document), ok);
	return o;
}

bool catalogue_json_models(FILE *out)
{
	bool ok = true;
	json_t *array = json_array();

	for (size_t i = 0; i < catalogue_size(); i++)
		if (catalogue_at(i)->machines) push(array, model_object(catalogue_at(i), &ok), &ok);
	return write_json(out, array, ok);
}

/* ---- registers ---- */

static const char *const effects[FIDELITY_N_EFFECTS] = {
	[FIDELITY_DONE] = "modelled", [FIDELITY_KEPT] = "kept", [FIDELITY_UNDONE] = "not-modelled"
};

static json_t *fields(const struct reg_desc *r, bool *ok)
{
	json_t *array = json_array();

	for (const struct reg_field *f = r->fields; f && f->name; f++) {
		json_t *o = json_object();
		set(o, "name", json_string(f->name), ok);
		set(o, "msb", json_integer(f->msb), ok);
		set(o, "lsb", json_integer(f->lsb), ok);
		set(o, "access", json_string(register_access(f->access)), ok);
		set(o, "effect", json_string(effects[fidelity_effect(r, f)]), ok);
		push(array, o, ok);
	}
	return array;
}

static json_t *widths(const struct about_table *t, const struct reg_desc *r, bool *ok)
{
	json_t *array = json_array();
	char text[REGISTER_TEXT_SIZE];

	register_widths(t, r, text);
	for (const char *at = text; *at; at += strcspn(at, ","), at += strspn(at, ","))
		if (*at != '-') push(array, json_integer(strtol(at, NULL, 10)), ok);
	return array;
}

static json_t *register_object(const struct about_table *t, const struct reg_desc *r, bool *ok)
{
	json_t *o = json_object();
	char reset[REGISTER_TEXT_SIZE];

	set(o, "name", json_string(r->name), ok);
	set(o, "offset", json_integer(r->offset), ok);
	set(o, "count", json_integer(reg_cells(r)), ok);
	set(o, "stride", json_integer(r->stride), ok);
	set(o, "bits", json_integer(r->width), ok);
	set(o, "access", json_string(register_dir(r)), ok);
	set(o, "window", text_or_null(register_window(t, r)), ok);
	/* As text: JSON readers lose bits of large integers. */
	set(o, "reset", json_string(register_reset(r, reset)), ok);
	set(o, "widths", widths(t, r, ok), ok);
	set_spec(o, r->spec, ok);
	set(o, "fields", fields(r, ok), ok);
	return o;
}

static json_t *table_object(const struct about_table *t, bool *ok)
{
	json_t *o = json_object(), *array = json_array();

	for (unsigned i = 0; i < t->n; i++)
		if (t->regs[i].name) push(array, register_object(t, &t->regs[i], ok), ok);
	set(o, "title", text_or_null(t->title), ok);
	set(o, "indirect", json_boolean(t->kind == ABOUT_INNER), ok);
	set(o, "registers", array, ok);
	return o;
}

struct ids {
	json_t *array;
	bool *ok;
};

static bool add_id(void *ctx, const struct catalogue_lint *lint)
{
	const struct ids *ids = ctx;
	size_t i;
	json_t *seen;

	json_array_foreach(ids->array, i,
			   seen) if (strcmp(json_string_value(seen), lint->id) == 0) return true;
	push(ids->array, json_string(lint->id), ids->ok);
	return true;
}

bool catalogue_json_model(FILE *out, const struct catalogue_model *m)
{
	bool ok = true;
	json_t *o = model_object(m, &ok), *tables = json_array();
	struct ids ids = { .array = json_array(), .ok = &ok };

	for (const struct about_table *t = m->table; t->regs; t++)
		push(tables, table_object(t, &ok), &ok);
	catalogue_visit(m, add_id, &ids);
	set(o, "tables", tables, &ok);
	set(o, "lints", ids.array, &ok);
	return write_json(out, o, ok);
}
